use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

use super::output::tell;
use crate::{ExportError, FillError, UnknownTemplate};

/// Why the program ends early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Nobody reads what it writes any more.
    ClosedPipe,
    /// What to tell, in one or more lines.
    Told(String),
}

impl Failure {
    pub(super) fn told(message: impl ToString) -> Self {
        Self::Told(message.to_string())
    }

    /// Makes a failure of an error with a file.
    pub(super) fn with_file(path: &Path, error: &io::Error) -> Self {
        Self::Told(format!("{}: {error}", path.display()))
    }

    /// Tells it on stderr.
    pub(super) fn report(self) -> ExitCode {
        match self {
            Self::ClosedPipe => ExitCode::SUCCESS,
            Self::Told(message) => {
                tell("error", &message);
                ExitCode::FAILURE
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe { Self::ClosedPipe } else { Self::told(error) }
    }
}

impl From<FillError> for Failure {
    fn from(error: FillError) -> Self {
        match error {
            FillError::Missing { .. } => Self::Told(format!("{error}; pass --param NAME=VALUE")),
            error => Self::told(error),
        }
    }
}

impl From<UnknownTemplate> for Failure {
    fn from(error: UnknownTemplate) -> Self {
        Self::told(error)
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::told(error)
    }
}
