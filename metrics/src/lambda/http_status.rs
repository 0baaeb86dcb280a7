use powertools_core::{Invocation, lambda::HttpOutcome};

use crate::{Metric, Recorder};

// The names that the metrics middleware of Powertools for TypeScript's event handler has.
const FAULT: Metric<'static> = Metric::count("fault");
const ERROR: Metric<'static> = Metric::count("error");

/// Records whether an HTTP request was answered by a 5xx or a 4xx, if the invocation is one.
pub(crate) fn record(invocation: &Invocation, recorder: &Recorder) {
    let Some(outcome) = invocation.http_outcome() else {
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
