use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use crate::{CannotWait, PayloadError, Record, StoreError};

/// Why a call gave no result, or not in the way it should; `E` is the operation's own error, `T` its result.
///
/// Each has a stable [`name`](Self::name). What it means for a retry of the same call is said at each.
#[non_exhaustive]
pub enum IdempotencyError<T, E> {
    /// The operation failed; its claim was released, so that a retry runs it again.
    Failed(E),
    /// Another attempt is running until that time, at the latest; a retry after that finds its result, or
    /// runs.
    InProgress {
        /// When its lease ends.
        until: Option<SystemTime>,
    },
    /// There is no key in what the call was given; a retry of the same call will not have one either.
    NoKey {
        /// What was looked for, such as `/id of the payload`.
        looked_for: String,
    },
    /// The key was used before with another payload; a retry will not help, another key will.
    PayloadMismatch,
    /// The store could not be asked, so the operation did not run; a retry may find it available.
    Store(StoreError),
    /// The call can't wait for the store where it was made, so the operation did not run; a retry of the same call
    /// will not help, the change that the error names will.
    CannotWait(CannotWait),
    /// The operation ran and its result could not be recorded. A retry after the lease has ended runs it
    /// again.
    NotRecorded {
        /// The result.
        result: T,
        /// What kept it from being recorded.
        source: StoreError,
    },
    /// The operation ran for longer than its lease, and another attempt has taken over: the effect may have
    /// happened twice. A retry finds the other's result.
    LeaseLost {
        /// The result of this attempt, which nobody will replay.
        result: T,
    },
    /// The operation did not start, because the invocation's deadline is too near to run it and record its result; a
    /// retry in another invocation has more time.
    TooLate {
        /// How long the lease would have lasted.
        left: Duration,
        /// How long it has to last: the [reserve](crate::IdempotencyBuilder::reserve).
        needed: Duration,
    },
    /// The operation was stopped when its lease ended, and whether its effect happened is unknown; a retry runs it
    /// again.
    LeaseEnded,
    /// The operation ran before, and its result was not kept, because it has no JSON form or is too large.
    /// It does not run again; a retry gives the same error.
    ResultNotKept,
    /// The recorded result is not what this version of the program returns; a retry gives the same error.
    UnreadableResult {
        /// The record.
        record: Box<Record>,
        /// What is wrong with it; it may quote the result, so it is neither displayed nor a
        /// [`source`](Error::source).
        source: serde_json::Error,
    },
    /// The key, or what is validated, can't be taken from the payload; a retry gives the same error.
    Payload(PayloadError),
}

impl<T, E> IdempotencyError<T, E> {
    /// Returns a name that stays, for logs, metrics and branches in other languages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failed(_) => "IdempotencyOperationFailed",
            Self::InProgress { .. } => "IdempotencyAlreadyInProgress",
            Self::NoKey { .. } => "IdempotencyKeyMissing",
            Self::PayloadMismatch => "IdempotencyPayloadMismatch",
            Self::Store(_) => "IdempotencyStore",
            Self::CannotWait(_) => "IdempotencyCannotWait",
            Self::NotRecorded { .. } => "IdempotencyNotRecorded",
            Self::LeaseLost { .. } => "IdempotencyLeaseLost",
            Self::TooLate { .. } => "IdempotencyTooLate",
            Self::LeaseEnded => "IdempotencyLeaseEnded",
            Self::ResultNotKept => "IdempotencyResultNotKept",
            Self::UnreadableResult { .. } => "IdempotencyUnreadableResult",
            Self::Payload(_) => "IdempotencyPayload",
        }
    }

    /// Tells whether a retry of the same call may give a result.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Failed(_)
            | Self::InProgress { .. }
            | Self::LeaseLost { .. }
            | Self::TooLate { .. }
            | Self::LeaseEnded => true,
            Self::Store(source) => source.is_transient(),
            _ => false,
        }
    }

    /// Returns the operation's own error.
    ///
    /// # Errors
    ///
    /// This error, if it is another.
    pub fn into_failed(self) -> Result<E, Self> {
        match self {
            Self::Failed(error) => Ok(error),
            other => Err(other),
        }
    }
}

impl<T, E: fmt::Display> fmt::Display for IdempotencyError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the operation failed: {error}"),
            Self::InProgress { .. } => {
                f.write_str("another attempt is running the same operation; retry when it is done")
            }
            Self::NoKey { looked_for } => write!(
                f,
                "no idempotency key: {looked_for} is missing, empty or null; send one, or allow calls without"
            ),
            Self::PayloadMismatch => f.write_str(
                "the idempotency key was used before with another payload; use a new key for a new request",
            ),
            Self::Store(source) => {
                write!(f, "the operation did not run, since it could not be claimed: {source}")
            }
            Self::CannotWait(source) => {
                write!(f, "the operation did not run, since its call can't wait: {source}")
            }
            Self::NotRecorded { source, .. } => {
                write!(f, "the operation ran, and its result could not be recorded: {source}")
            }
            Self::LeaseLost { .. } => f.write_str(
                "the operation ran for longer than its lease, and another attempt has taken over",
            ),
            Self::TooLate { left, needed } => write!(
                f,
                "the operation did not start: {left:.1?} are left before the invocation's deadline, and more than \
                 {needed:.1?} are needed to run it and record its result; retry it in an invocation with more time"
            ),
            Self::LeaseEnded => f.write_str(
                "the operation was stopped because its lease ended before it did; extend the lease of operations that \
                 may take so long, or give the function a longer timeout",
            ),
            Self::ResultNotKept => f.write_str(
                "the operation ran before, and its result was not kept; it does not run again",
            ),
            // What serde says of it quotes the result.
            Self::UnreadableResult { source, .. } => write!(
                f,
                "the recorded result is not what this program returns, from line {}, column {} of its JSON on; \
                 delete the record, or read it with the version that wrote it",
                source.line(),
                source.column()
            ),
            Self::Payload(source) => write!(f, "the call can't be identified: {source}"),
        }
    }
}

impl<T, E: fmt::Debug> fmt::Debug for IdempotencyError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
            Self::Store(source) | Self::NotRecorded { source, .. } => {
                f.debug_tuple(self.name()).field(source).finish()
            }
            Self::CannotWait(source) => f.debug_tuple(self.name()).field(source).finish(),
            _ => f.write_str(self.name()),
        }
    }
}

impl<T, E: Error + 'static> Error for IdempotencyError<T, E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Store(source) | Self::NotRecorded { source, .. } => Some(source),
            Self::CannotWait(source) => Some(source),
            Self::Payload(source) => Some(source),
            _ => None,
        }
    }
}
