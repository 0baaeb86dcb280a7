use crate::IdempotencyError;

/// An outcome of a call, for counting; see [`on_event`](crate::IdempotencyBuilder::on_event).
///
/// Each call has one outcome, and so one event, except that [`Waited`](Self::Waited) and
/// [`ResultNotKept`](Self::ResultNotKept) may precede another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// The operation ran, and its result was recorded.
    Fresh,
    /// A result from the store was replayed.
    Replayed,
    /// A result from this environment's memory was replayed.
    ReplayedFromCache,
    /// The call was refused, because another attempt was running.
    Refused,
    /// The call was refused, because too little time was left to start.
    TooLate,
    /// Another attempt was running, and the call began to wait for it.
    Waited,
    /// The call waited for an operation that it is a part of.
    Reentrant,
    /// The key came with another payload.
    PayloadMismatch,
    /// The call had no key.
    KeyMissing,
    /// The key, or the part that is validated, could not be taken from the payload.
    InvalidPayload,
    /// The store could not be asked for the claim, so the operation did not run.
    StoreFailed,
    /// The call could not block its thread, so the operation did not run.
    CannotBlock,
    /// The operation failed and its claim was released.
    Released,
    /// The operation failed and its claim could not be released.
    NotReleased,
    /// The operation ran past its lease, and another attempt took over or may do so.
    LeaseLost,
    /// The operation was stopped when its lease ended.
    LeaseEnded,
    /// The operation ran, and its result could not be recorded.
    NotRecorded,
    /// A result was recorded as done without its data, or a call asked for such a result.
    ResultNotKept,
    /// A recorded result could not be read.
    UnreadableResult,
}

impl Event {
    /// Returns a name for a metric or a log line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "IdempotencyFresh",
            Self::Replayed => "IdempotencyReplayed",
            Self::ReplayedFromCache => "IdempotencyReplayedFromCache",
            Self::Refused => "IdempotencyRefused",
            Self::TooLate => "IdempotencyTooLate",
            Self::Waited => "IdempotencyWaited",
            Self::Reentrant => "IdempotencyReentrant",
            Self::PayloadMismatch => "IdempotencyPayloadMismatch",
            Self::KeyMissing => "IdempotencyKeyMissing",
            Self::InvalidPayload => "IdempotencyPayload",
            Self::StoreFailed => "IdempotencyStore",
            Self::CannotBlock => "IdempotencyCannotBlock",
            Self::Released => "IdempotencyReleased",
            Self::NotReleased => "IdempotencyNotReleased",
            Self::LeaseLost => "IdempotencyLeaseLost",
            Self::LeaseEnded => "IdempotencyLeaseEnded",
            Self::NotRecorded => "IdempotencyNotRecorded",
            Self::ResultNotKept => "IdempotencyResultNotKept",
            Self::UnreadableResult => "IdempotencyUnreadableResult",
        }
    }

    /// Returns the event of a call that failed; `None` where the event was emitted when the failure happened.
    pub(crate) fn of<T, E>(error: &IdempotencyError<T, E>) -> Option<Self> {
        Some(match error {
            IdempotencyError::Failed(_)
            | IdempotencyError::NotRecorded { .. }
            | IdempotencyError::LeaseLost { .. } => return None,
            IdempotencyError::InProgress { .. } => Self::Refused,
            IdempotencyError::TooLate { .. } => Self::TooLate,
            IdempotencyError::Reentrant { .. } => Self::Reentrant,
            IdempotencyError::NoKey { .. } => Self::KeyMissing,
            IdempotencyError::PayloadMismatch { .. } => Self::PayloadMismatch,
            IdempotencyError::Store { .. } => Self::StoreFailed,
            IdempotencyError::CannotBlock { .. } => Self::CannotBlock,
            IdempotencyError::LeaseEnded { .. } => Self::LeaseEnded,
            IdempotencyError::ResultNotKept { .. } => Self::ResultNotKept,
            IdempotencyError::UnreadableResult { .. } => Self::UnreadableResult,
            IdempotencyError::Payload { .. } => Self::InvalidPayload,
        })
    }
}
