use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use powertools_core::TimestampFormatter;

use crate::{BlockingError, CallId, PayloadError, Record, StoreError};

/// Why a call gave no result, or not in the way it should; `E` is the operation's own error, `T` its result.
///
/// Each has a stable [`name`](Self::name). What it means for a retry of the same call is said at each. All but
/// the operation's own error name the [`call`](Self::call) in their text.
#[non_exhaustive]
pub enum IdempotencyError<T, E> {
    /// The operation failed; its claim was released, so that a retry runs it again.
    Failed(E),
    /// Another attempt is running until that time, at the latest; a retry after that finds its result, or
    /// runs.
    InProgress {
        /// The operation and the key.
        call: CallId,
        /// When its lease ends.
        until: Option<SystemTime>,
    },
    /// The call waits for an operation that it is a part of, with the same key, which would never end; the operation has
    /// to use another key inside.
    Reentrant {
        /// The operation and the key.
        call: CallId,
    },
    /// There is no key in what the call was given; a retry of the same call will not have one either.
    NoKey {
        /// The operation.
        call: CallId,
        /// What was looked for, such as `/id of the payload`.
        looked_for: String,
    },
    /// The key was used before with another payload; a retry will not help, another key will.
    PayloadMismatch {
        /// The operation and the key.
        call: CallId,
    },
    /// The store could not be asked, so the operation did not run; a retry may find it available.
    Store {
        /// The operation and the key.
        call: CallId,
        /// What the store says.
        source: StoreError,
    },
    /// The call can't wait for the store where it was made, so the operation did not run; a retry of the same call
    /// will not help, the change that the error names will.
    CannotBlock {
        /// The operation and the key.
        call: CallId,
        /// Why it can't wait.
        source: BlockingError,
    },
    /// The operation ran and its result could not be recorded. A retry after the lease has ended runs it
    /// again.
    NotRecorded {
        /// The operation and the key.
        call: CallId,
        /// The result.
        result: T,
        /// What kept it from being recorded.
        source: StoreError,
    },
    /// The operation ran for longer than its lease, and another attempt has taken over: the effect may have
    /// happened twice. A retry finds the other's result.
    LeaseLost {
        /// The operation and the key.
        call: CallId,
        /// The result of this attempt, which nobody will replay.
        result: T,
    },
    /// The operation did not start, because the invocation's deadline is too near to run it and record its result; a
    /// retry in another invocation has more time.
    TooLate {
        /// The operation and the key.
        call: CallId,
        /// How long the lease would have lasted.
        left: Duration,
        /// How long it has to last: the [reserve](crate::IdempotencyBuilder::reserve).
        needed: Duration,
    },
    /// The operation was stopped when its lease ended, and whether its effect happened is unknown; a retry runs it
    /// again.
    LeaseEnded {
        /// The operation and the key.
        call: CallId,
    },
    /// The operation ran before, and its result was not kept, because it has no JSON form or is too large.
    /// It does not run again; a retry gives the same error.
    ResultNotKept {
        /// The operation and the key.
        call: CallId,
    },
    /// The recorded result is not what this version of the program returns; a retry gives the same error.
    UnreadableResult {
        /// The operation and the key.
        call: CallId,
        /// The record.
        record: Box<Record>,
        /// What is wrong with it; it may quote the result, so it is neither displayed nor a
        /// [`source`](Error::source).
        source: serde_json::Error,
    },
    /// The key, or what is validated, can't be taken from the payload; a retry gives the same error.
    Payload {
        /// The operation.
        call: CallId,
        /// What is wrong with the payload.
        source: PayloadError,
    },
}

impl<T, E> IdempotencyError<T, E> {
    /// Returns a name that stays, for logs, metrics and branches in other languages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failed(_) => "IdempotencyOperationFailed",
            Self::InProgress { .. } => "IdempotencyAlreadyInProgress",
            Self::Reentrant { .. } => "IdempotencyReentrant",
            Self::NoKey { .. } => "IdempotencyKeyMissing",
            Self::PayloadMismatch { .. } => "IdempotencyPayloadMismatch",
            Self::Store { .. } => "IdempotencyStore",
            Self::CannotBlock { .. } => "IdempotencyCannotBlock",
            Self::NotRecorded { .. } => "IdempotencyNotRecorded",
            Self::LeaseLost { .. } => "IdempotencyLeaseLost",
            Self::TooLate { .. } => "IdempotencyTooLate",
            Self::LeaseEnded { .. } => "IdempotencyLeaseEnded",
            Self::ResultNotKept { .. } => "IdempotencyResultNotKept",
            Self::UnreadableResult { .. } => "IdempotencyUnreadableResult",
            Self::Payload { .. } => "IdempotencyPayload",
        }
    }

    /// Tells whether a retry of the same call may give a result.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Failed(_)
            | Self::InProgress { .. }
            | Self::LeaseLost { .. }
            | Self::TooLate { .. }
            | Self::LeaseEnded { .. } => true,
            Self::Store { source, .. } => source.is_transient(),
            _ => false,
        }
    }

    /// Returns the call that the error is about; `None` for the operation's own error.
    pub fn call(&self) -> Option<&CallId> {
        match self {
            Self::Failed(_) => None,
            Self::InProgress { call, .. }
            | Self::Reentrant { call }
            | Self::NoKey { call, .. }
            | Self::PayloadMismatch { call }
            | Self::Store { call, .. }
            | Self::CannotBlock { call, .. }
            | Self::NotRecorded { call, .. }
            | Self::LeaseLost { call, .. }
            | Self::TooLate { call, .. }
            | Self::LeaseEnded { call }
            | Self::ResultNotKept { call }
            | Self::UnreadableResult { call, .. }
            | Self::Payload { call, .. } => Some(call),
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
            Self::InProgress { call, until: Some(until) } => write!(
                f,
                "another attempt is running the same operation ({call}); retry when it has finished, or after {}, \
                 when its lease ends",
                Timestamp(*until)
            ),
            Self::InProgress { call, until: None } => write!(
                f,
                "another attempt is running the same operation ({call}); retry when it has finished"
            ),
            Self::Reentrant { call } => write!(
                f,
                "the operation calls itself with the same key ({call}), and would wait for itself; use another \
                 key for the call inside"
            ),
            Self::NoKey { call, looked_for } => write!(
                f,
                "no idempotency key ({call}): {looked_for} is missing, empty or null; send one, or allow calls \
                 without"
            ),
            Self::PayloadMismatch { call } => write!(
                f,
                "the idempotency key was used before with another payload ({call}); use a new key for a new \
                 request"
            ),
            Self::Store { call, source } => {
                write!(
                    f,
                    "the operation did not run, since it could not be claimed ({call}): {source}"
                )
            }
            Self::CannotBlock { call, source } => {
                write!(f, "the operation did not run, since its call can't wait ({call}): {source}")
            }
            Self::NotRecorded { call, source, .. } => {
                write!(
                    f,
                    "the operation ran, and its result could not be recorded ({call}): {source}"
                )
            }
            Self::LeaseLost { call, .. } => write!(
                f,
                "the operation ran for longer than its lease, and another attempt has taken over ({call})"
            ),
            Self::TooLate { call, left, needed } => write!(
                f,
                "the operation did not start ({call}): {left:.1?} are left before the invocation's deadline, and more \
                 than {needed:.1?} are needed to run it and record its result; retry it in an invocation with more time"
            ),
            Self::LeaseEnded { call } => write!(
                f,
                "the operation was stopped because its lease ended before it did ({call}); extend the lease of \
                 operations that may take so long, or give the function a longer timeout"
            ),
            Self::ResultNotKept { call } => write!(
                f,
                "the operation ran before, and its result was not kept; it does not run again ({call})"
            ),
            // What serde says of it quotes the result.
            Self::UnreadableResult { call, source, .. } => write!(
                f,
                "the recorded result is not what this program returns, from line {}, column {} of its JSON on \
                 ({call}); delete the record, or read it with the version that wrote it",
                source.line(),
                source.column()
            ),
            Self::Payload { call, source } => {
                write!(f, "the call can't be identified ({call}): {source}")
            }
        }
    }
}

/// A time in RFC 3339, UTC.
struct Timestamp(SystemTime);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = TimestampFormatter::default();
        f.write_str(&String::from_utf8_lossy(text.format(self.0)))
    }
}

/// Shows neither a result, which may be anything, nor a record, which has one, nor what serde says of it.
impl<T, E: fmt::Debug> fmt::Debug for IdempotencyError<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source: &dyn fmt::Debug = match self {
            Self::Failed(error) => return f.debug_tuple("Failed").field(error).finish(),
            Self::InProgress { until, .. } => until,
            Self::NoKey { looked_for, .. } => looked_for,
            Self::Store { source, .. } | Self::NotRecorded { source, .. } => source,
            Self::CannotBlock { source, .. } => source,
            Self::Payload { source, .. } => source,
            Self::TooLate { left, .. } => left,
            Self::Reentrant { .. }
            | Self::PayloadMismatch { .. }
            | Self::LeaseLost { .. }
            | Self::LeaseEnded { .. }
            | Self::ResultNotKept { .. }
            | Self::UnreadableResult { .. } => {
                return f.debug_tuple(self.name()).field(&self.call()).finish();
            }
        };
        f.debug_tuple(self.name()).field(&self.call()).field(source).finish()
    }
}

impl<T, E: Error + 'static> Error for IdempotencyError<T, E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Store { source, .. } | Self::NotRecorded { source, .. } => Some(source),
            Self::CannotBlock { source, .. } => Some(source),
            Self::Payload { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn in_progress_error_names_operation_key_and_end_of_lease() {
        let call = CallId::new("place_order", Some("orders.place_order#3f2a"));
        let until = UNIX_EPOCH + Duration::from_millis(1_795_174_331_945);
        let error = IdempotencyError::<u32, &str>::InProgress { call, until: Some(until) };
        assert_eq!(
            error.to_string(),
            "another attempt is running the same operation (operation \"place_order\", key \
             \"orders.place_order#3f2a\"); retry when it has finished, or after 2026-11-20T11:32:11.945Z, when \
             its lease ends"
        );
        let debug = format!("{error:?}");
        assert!(debug.starts_with("IdempotencyAlreadyInProgress("), "{debug}");
        assert!(
            debug.contains("orders.place_order#3f2a") && debug.contains("place_order"),
            "{debug}"
        );
        assert_eq!(error.call().and_then(CallId::key), Some("orders.place_order#3f2a"));
    }
}
