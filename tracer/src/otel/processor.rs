use std::{fmt, sync::Arc, time::Duration};

use opentelemetry::Context;
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{Span, SpanData, SpanProcessor},
};

use super::{
    redact::redact,
    shared::Shared,
    worker::{NotExported, Wait},
};

/// How long a flush that somebody asked for is waited for, as in OpenTelemetry's batch processor.
const PATIENCE: Duration = Duration::from_secs(5);

/// Queues the spans of OpenTelemetry's API beside the tracer's.
pub(super) struct Processor(Arc<Shared>);

impl Processor {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }
}

impl SpanProcessor for Processor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, mut span: SpanData) {
        if span.span_context.is_sampled() {
            redact(&mut span, &self.0.redaction);
            self.0.worker.add(vec![span]);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush(Wait::Always(PATIENCE))
    }

    /// Hands on what there is; the thread goes on, since it is the tracer's as well.
    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.flush(Wait::WhileItWorks(timeout))
    }
}

impl Processor {
    fn flush(&self, wait: Wait) -> OTelSdkResult {
        self.0.worker.flush(wait).map_err(|problem| match problem {
            NotExported::TimedOut(patience) => OTelSdkError::Timeout(patience),
            other => OTelSdkError::InternalFailure(other.to_string()),
        })
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processor").finish_non_exhaustive()
    }
}
