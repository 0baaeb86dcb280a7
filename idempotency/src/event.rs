/// What happened to a call, for counting; see [`on_event`](crate::IdempotencyBuilder::on_event).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Event {
    /// The operation ran.
    Fresh,
    /// A result from the store was replayed.
    Replayed,
    /// A result from this environment's memory was replayed.
    ReplayedFromCache,
    /// The call was refused: another attempt was running, or there was too little time to start.
    Refused,
    /// Another attempt was running, and the call began to wait for it.
    Waited,
    /// The key came with another payload.
    PayloadMismatch,
    /// The operation failed and its claim was released.
    Released,
    /// The operation ran past its lease, and another attempt took over or may do so.
    LeaseLost,
    /// A result could not be recorded.
    NotRecorded,
}

impl Event {
    /// Returns a name for a metric or a log line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "IdempotencyFresh",
            Self::Replayed => "IdempotencyReplayed",
            Self::ReplayedFromCache => "IdempotencyReplayedFromCache",
            Self::Refused => "IdempotencyRefused",
            Self::Waited => "IdempotencyWaited",
            Self::PayloadMismatch => "IdempotencyPayloadMismatch",
            Self::Released => "IdempotencyReleased",
            Self::LeaseLost => "IdempotencyLeaseLost",
            Self::NotRecorded => "IdempotencyNotRecorded",
        }
    }
}
