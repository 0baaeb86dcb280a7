use std::{fmt, time::Duration};

/// Why spans were not exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum NotExported {
    TimedOut(Duration),
    Failed(String),
    NoRoom(usize),
}

impl fmt::Display for NotExported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(patience) => write!(
                f,
                "the exporter took longer than {patience:?}; it goes on, and is not waited for until it works"
            ),
            Self::Failed(reason) => write!(f, "the exporter failed: {reason}"),
            Self::NoRoom(lost) => write!(f, "{lost} spans found no room in the exporter's queue"),
        }
    }
}

impl std::error::Error for NotExported {}
