use std::error::Error;

/// Why a store did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Asking again may help: the network, a throttle, a server that is busy.
    #[error("the store is not available: {what}")]
    Unavailable {
        /// What was asked for, and of whom.
        what: String,
        /// What happened.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Asking again will not help: a table that is not there, a permission that is missing.
    #[error("the store refuses: {what}")]
    Refused {
        /// What was refused, and what to do.
        what: String,
        /// What happened.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The result is larger than the store can keep.
    #[error("a result of {bytes} bytes is larger than the store can keep")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// The record is nothing that this program knows how to read.
    #[error("the record of {key:?} can't be read: {problem}")]
    Unreadable {
        /// Its key.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl StoreError {
    /// Tells whether asking again may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}
