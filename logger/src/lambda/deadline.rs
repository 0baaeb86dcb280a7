use std::time::Duration;

use powertools_core::Invocation;

use crate::{Logger, subscriber::LogLayer, targets::DEADLINE_TARGET};

impl Logger {
    /// Logs that an invocation is about to time out, and what it is doing; the caller has opened its scope.
    pub(super) fn log_deadline(&self, invocation: &Invocation) {
        let now = self.settings().clock.now();
        let elapsed_ms = invocation.elapsed(now).map(whole_milliseconds);
        let remaining_ms = invocation.remaining(now).map(whole_milliseconds);
        let open_spans = open_spans(invocation);
        tracing::error!(
            target: DEADLINE_TARGET,
            invocation_elapsed_ms = elapsed_ms,
            invocation_remaining_ms = remaining_ms,
            open_spans,
            "invocation is about to time out"
        );
    }
}

fn whole_milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Returns the names of the spans that are open in an invocation, outer ones first; as text, because
/// queries see an array as so many fields.
fn open_spans(invocation: &Invocation) -> String {
    // Not inside `get_default`: where another thread closes a span meanwhile, this one frees it, and its parent by
    // the dispatcher that is the default then, which inside is none.
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    let layer = dispatch.downcast_ref::<LogLayer>();
    let spans = layer.map(|layer| layer.open_spans(&dispatch, invocation));
    spans.unwrap_or_default().join(", ")
}
