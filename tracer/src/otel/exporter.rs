use std::{fmt, sync::Arc};

use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};

use super::{processor::Processor, shared::Shared, span::spans_of, worker::Wait};
use crate::{Batch, ExportError, Exporter};

/// Hands spans on to any exporter of the OpenTelemetry SDK; a clone is cheap and shares everything.
///
/// Exporting happens on a separate thread, so that exporters that block need nothing else; exporters that
/// need Tokio do not work here. Where the environment is frozen between invocations, the end of an
/// invocation waits for it, 100 ms at most; where several invocations run at once
/// (`AWS_LAMBDA_MAX_CONCURRENCY`), it never does. After an export that failed or took longer nothing is waited
/// for until an export has worked again, so a collector that is away costs that time once.
///
/// While one of the tracer's spans is entered, `opentelemetry::Context::current()` is in that span. Code that
/// uses OpenTelemetry's API becomes part of the same trace with [`tracer_provider`](Self::tracer_provider).
///
/// Programs with OTLP over HTTP, and with AWS's exporter for the X-Ray daemon, are in `docs/tracing.md` in the
/// repository. `opentelemetry-aws` is to be taken without its default features, since `internal-logs` locks up
/// together with layers that make spans.
#[derive(Clone)]
pub struct OtelExporter(Arc<Shared>);

impl OtelExporter {
    pub(super) fn new_with(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Returns a provider for OpenTelemetry's API whose spans are exported together with the tracer's.
    ///
    /// It samples what the invocation samples and begins no trace of its own. Its `force_flush` and `shutdown`
    /// wait for the export, 5 s at most unless something else is said, and leave this way out as it is.
    pub fn tracer_provider(&self) -> SdkTracerProvider {
        SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)))
            .with_span_processor(Processor::new(self.0.clone()))
            // The exporter has its own; the SDK would read the environment for another.
            .with_resource(Resource::builder_empty().build())
            .build()
    }
}

impl Exporter for OtelExporter {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        self.0.worker.add(spans_of(batch));
        let is_awaited = self.0.is_frozen && !batch.is_late;
        let wait = if is_awaited { Wait::WhileItWorks(self.0.timeout) } else { Wait::Never };
        Ok(self.0.worker.flush(wait)?)
    }

    fn prepare(&self, service: &str) {
        // If several tracers share the exporter, the first has named the service.
        let _ = self.0.service.set(service.to_owned());
    }

    fn attaches_contexts(&self) -> bool {
        true
    }
}

impl fmt::Debug for OtelExporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtelExporter").field("worker", &self.0.worker).finish_non_exhaustive()
    }
}
