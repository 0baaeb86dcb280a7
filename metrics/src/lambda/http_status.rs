use powertools_core::{Invocation, lambda::HttpOutcome};

use crate::{Metric, MetricsBuilder, Recorder};

// The names that the metrics middleware of Powertools for TypeScript's event handler has.
const FAULT: Metric<'static> = Metric::count("fault");
const ERROR: Metric<'static> = Metric::count("error");

impl MetricsBuilder {
    /// Records for each HTTP request the metrics `fault`, 1 if it was answered by a 5xx or not at all, and `error`, 1
    /// if it was answered by a 4xx; 0 otherwise, so that an average is a rate.
    ///
    /// [`runtime_layer`](crate::Metrics::runtime_layer) records them where a handler layer has seen the response. They have
    /// the dimensions of the invocation's other metrics. The names are those of Powertools for TypeScript.
    pub fn http_status_metrics(mut self, record: bool) -> Self {
        self.record_http_status = record.then_some(record_outcome);
        self
    }
}

/// Records whether an HTTP request was answered by a 5xx or a 4xx, if the invocation is one.
fn record_outcome(invocation: &Invocation) {
    let (Some(outcome), Some(recorder)) =
        (invocation.http_outcome(), invocation.extension::<Recorder>())
    else {
        return;
    };
    let status = match outcome {
        HttpOutcome::Status(status) => status,
        // What the client gets then.
        _ => 502,
    };
    recorder.record(&FAULT, u32::from(status >= 500));
    recorder.record(&ERROR, u32::from((400..500).contains(&status)));
}
