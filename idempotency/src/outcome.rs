use crate::Record;

/// A result, and whether the operation ran for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// The operation ran just now.
    Fresh(T),
    /// It ran before; this is its result as it was recorded.
    Replayed(T, Record),
}

impl<T> Outcome<T> {
    /// Returns the result.
    pub fn into_inner(self) -> T {
        match self {
            Self::Fresh(result) | Self::Replayed(result, _) => result,
        }
    }

    /// Tells whether the operation ran before, and not now.
    pub fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(..))
    }

    /// Returns the record that was replayed.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Fresh(_) => None,
            Self::Replayed(_, record) => Some(record),
        }
    }
}
