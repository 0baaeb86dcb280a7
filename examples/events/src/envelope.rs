//! Events as EventBridge carries them: facts with metadata that go from one event to the next.

use serde::{Deserialize, Serialize};

/// An event as EventBridge sends it; it has [more members](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html)
/// than are needed here.
#[derive(Debug, Deserialize)]
pub(crate) struct Event<T> {
    /// The same in every delivery of the event.
    pub(crate) id: String,
    pub(crate) detail: Detail<T>,
}

/// What the sender of an event says.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Detail<T> {
    pub(crate) metadata: Metadata,
    pub(crate) data: T,
}

/// Where an event comes from.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Metadata {
    /// The same in all events that one request has led to.
    pub(crate) correlation_id: String,
    /// The event that led to this one.
    pub(crate) causation_id: Option<String>,
}

impl<T> Event<T> {
    /// Returns what the next event says.
    pub(crate) fn next<U>(&self, data: U) -> Detail<U> {
        let correlation_id = self.detail.metadata.correlation_id.clone();
        let metadata = Metadata { correlation_id, causation_id: Some(self.id.clone()) };
        Detail { metadata, data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_event_has_the_correlation_and_the_cause() {
        let metadata = Metadata { correlation_id: "c-1".into(), causation_id: Some("e-0".into()) };
        let event = Event { id: "e-1".into(), detail: Detail { metadata, data: () } };
        let next = event.next("shipped");
        assert_eq!(next.metadata.correlation_id, "c-1");
        assert_eq!(next.metadata.causation_id.as_deref(), Some("e-1"));
    }
}
