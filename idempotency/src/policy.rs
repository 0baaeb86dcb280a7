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

/// What to do with a result that could not be recorded, or whose lease was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRecordFailure {
    /// Give an error that carries the result.
    #[default]
    Fail,
    /// Give the result, with a WARN event: the effect has happened, and a retry would repeat it.
    ReturnResult,
}
