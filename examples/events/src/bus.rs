//! The destination of events.

use powertools::{Error, logger::json, tracer::current_header};
use serde::Serialize;

use crate::envelope::Detail;

/// A destination of events.
pub(crate) trait Bus: Clone + Send + Sync + 'static {
    /// Puts an event; from then on, the bus is responsible for it.
    fn put(&self, entry: Entry) -> impl Future<Output = Result<(), Error>> + Send;
}

/// An event to put, with the names of EventBridge's
/// [`PutEvents`](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    pub(crate) source: &'static str,
    pub(crate) detail_type: &'static str,
    /// The details of the event as JSON.
    pub(crate) detail: String,
    /// The trace header that makes the next function's spans part of this trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trace_header: Option<String>,
}

impl Entry {
    pub(crate) fn new<T: Serialize>(
        detail_type: &'static str,
        detail: &Detail<T>,
    ) -> Result<Self, Error> {
        Ok(Self {
            source: "shop.parcels",
            detail_type,
            detail: serde_json::to_string(detail)?,
            trace_header: current_header().map(|header| header.to_string()),
        })
    }
}

/// A simulated bus, which logs each event.
#[derive(Clone, Debug)]
pub(crate) struct PrintingBus;

impl Bus for PrintingBus {
    async fn put(&self, entry: Entry) -> Result<(), Error> {
        tracing::info!(entry = json(&entry), "event put");
        Ok(())
    }
}
