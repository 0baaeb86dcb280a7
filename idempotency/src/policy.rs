use std::time::Duration;

/// What to do with a call that has no key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnMissingKey {
    /// Refuse it with [`IdempotencyError::NoKey`](crate::IdempotencyError::NoKey).
    #[default]
    Refuse,
    /// Run it, as often as it comes.
    RunEachTime,
}

/// What to do with a call whose payload lacks what is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnMissingPart {
    /// Refuse it with [`PayloadError::MissingPart`](crate::PayloadError::MissingPart).
    #[default]
    Refuse,
    /// Compare it as `null`, as Powertools for Python does: calls that all lack it match each other.
    CompareAsNull,
}

/// What to do while another attempt is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnInProgress {
    /// Refuse with [`IdempotencyError::InProgress`](crate::IdempotencyError::InProgress).
    #[default]
    Refuse,
    /// Wait up to so long for its result, asking again after pauses that grow; never past the invocation's
    /// deadline.
    Wait(Duration),
}

/// What to do with a result that could not be recorded.
///
/// The effect has happened. An error has Lambda, SQS or the caller retry it, and a retry without a record repeats the
/// effect; so by default the result is returned. A lost lease is different: another attempt has the key, and a
/// retry gets that attempt's result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRecordFailure {
    /// Return the result with a WARN event if the store can't be reached; return
    /// [`IdempotencyError::LeaseLost`](crate::IdempotencyError::LeaseLost) if the lease was lost.
    #[default]
    ReturnResult,
    /// Return the result with a WARN event, also if the lease was lost: two callers may get two results for one key.
    ReturnResultAlways,
    /// Return an error that carries the result:
    /// [`IdempotencyError::NotRecorded`](crate::IdempotencyError::NotRecorded), or
    /// [`IdempotencyError::LeaseLost`](crate::IdempotencyError::LeaseLost).
    Fail,
}
