//! Where events go.

use powertools::{Error, logger::json, tracer::current_header};
use serde::Serialize;

use crate::envelope::Detail;

/// Takes events.
pub(crate) trait Bus: Clone + Send + Sync + 'static {
    /// Puts an event; what comes of it afterwards is the bus's business.
    fn put(&self, entry: Entry) -> impl Future<Output = Result<(), Error>> + Send;
}

/// An event that is put, with the names of EventBridge's
/// [`PutEvents`](https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    pub(crate) source: &'static str,
    pub(crate) detail_type: &'static str,
    /// JSON.
    pub(crate) detail: String,
    /// Makes the next function's spans a part of this trace.
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

/// Stands in for a bus: prints what it is given as a log line.
#[derive(Clone, Debug)]
pub(crate) struct PrintingBus;

impl Bus for PrintingBus {
    async fn put(&self, entry: Entry) -> Result<(), Error> {
        tracing::info!(entry = json(&entry), "event put");
        Ok(())
    }
}
