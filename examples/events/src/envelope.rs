//! Events in EventBridge's format: details with metadata that is passed from one event to the next.

use serde::{Deserialize, Serialize};

/// An event from EventBridge; it has [more members](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html)
/// than this function needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Event<T> {
    /// The event's id, which is the same in every delivery.
    pub(crate) id: String,
    pub(crate) detail: Detail<T>,
}

/// The content of an event, chosen by its sender.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Detail<T> {
    pub(crate) metadata: Metadata,
    pub(crate) data: T,
}

/// The origin of an event.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Metadata {
    /// The correlation id, which is the same in all events caused by one request.
    pub(crate) correlation_id: String,
    /// The id of the event that caused this one.
    pub(crate) causation_id: Option<String>,
}

impl<T> Event<T> {
    /// Returns the content of the next event.
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
