use std::fmt;

use crate::{InvalidWrites, StoreError, WriteFailure};

/// Why [`Attempt::complete_with`](crate::Attempt::complete_with) did not complete the record.
///
/// No text of it has a value of an item in it. `?` converts it to any error type that is `From<CompleteWithError>`,
/// boxes of errors among them. An operation that returns it, or any other error, releases its claim.
#[derive(Debug)]
#[non_exhaustive]
pub enum CompleteWithError {
    /// DynamoDB refused some of the writes, such as by a condition; nothing was written, and the attempt still holds
    /// its lease. It may call `complete_with` again with other writes.
    WritesRejected {
        /// The writes that could not be made, in their order.
        failures: Vec<WriteFailure>,
    },
    /// The writes do not make a transaction; nothing was sent.
    InvalidWrites(InvalidWrites),
    /// The lease has ended and another attempt has taken over, or the record was deleted; nothing was written. A retry
    /// of the event finds the other attempt's result, or runs the operation.
    LeaseLost,
    /// The record was completed by an earlier call of this attempt; these writes were not made.
    AlreadyCompleted,
    /// An earlier call of this attempt has not ended or got no answer, so that its writes may have been made; these
    /// were not. Return an error: a retry of the event finds the result, or runs.
    OutcomeUnknown,
    /// DynamoDB could not be asked, or gave no answer in time. In the second case the writes may have been made: return
    /// an error, and a retry of the event finds the result, or runs.
    Store(StoreError),
}

impl CompleteWithError {
    /// Returns the writes that DynamoDB refused; none if that is not the reason.
    pub fn failures(&self) -> &[WriteFailure] {
        match self {
            Self::WritesRejected { failures } => failures,
            _ => &[],
        }
    }

    /// Tells whether a retry of the same event may succeed without another change.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Store(source) => source.is_transient(),
            Self::LeaseLost | Self::AlreadyCompleted | Self::OutcomeUnknown => true,
            Self::WritesRejected { .. } | Self::InvalidWrites(_) => false,
        }
    }
}

impl fmt::Display for CompleteWithError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WritesRejected { failures } => {
                f.write_str("DynamoDB refused the transaction, and nothing was written")?;
                failures.iter().try_for_each(|failure| write!(f, "; {failure}"))
            }
            Self::InvalidWrites(source) => {
                write!(f, "the writes do not make a transaction: {source}")
            }
            Self::LeaseLost => f.write_str(
                "nothing was written, because the record is not in progress under the lease of this attempt: another \
                 attempt has taken over after the lease ended, or the record was deleted; retry the event",
            ),
            Self::AlreadyCompleted => f.write_str(
                "these writes were not made, since this attempt has already completed its record; call \
                 `complete_with` once, with all writes",
            ),
            Self::OutcomeUnknown => f.write_str(
                "these writes were not made, since an earlier call of `complete_with` has not ended or got no \
                 answer; return an error, so that the event is retried",
            ),
            Self::Store(source) => write!(f, "the transaction got no answer that helps: {source}"),
        }
    }
}

impl std::error::Error for CompleteWithError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InvalidWrites(source) => Some(source),
            Self::Store(source) => Some(source),
            _ => None,
        }
    }
}

impl From<InvalidWrites> for CompleteWithError {
    fn from(source: InvalidWrites) -> Self {
        Self::InvalidWrites(source)
    }
}

impl From<StoreError> for CompleteWithError {
    fn from(source: StoreError) -> Self {
        Self::Store(source)
    }
}
