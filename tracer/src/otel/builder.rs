use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use opentelemetry_sdk::{Resource, trace::SpanExporter};
use powertools_core::{DEFAULT_SERVICE, Environment, Redaction};

use super::{OtelExporter, resource, shared::Shared, worker::Worker};

/// How long the end of an invocation waits for its spans to be exported.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(100);

/// How many spans may wait to be exported: twice what OpenTelemetry's batch processor takes, since those of
/// an invocation come all at once.
const MOST_QUEUED: usize = 4096;

/// Configures an [`OtelExporter`].
#[must_use]
pub struct OtelExporterBuilder<E> {
    exporter: E,
    environment: Environment,
    resource: Option<Resource>,
    flush_timeout: Duration,
    redaction: Redaction,
    max_queued: usize,
}

impl OtelExporter {
    /// Exports spans with `exporter`.
    pub fn new(exporter: impl SpanExporter + 'static) -> Self {
        Self::builder(exporter).build()
    }

    /// Starts to configure an exporter around `exporter`.
    pub fn builder<E: SpanExporter + 'static>(exporter: E) -> OtelExporterBuilder<E> {
        OtelExporterBuilder::new(exporter)
    }
}

impl<E: SpanExporter + 'static> OtelExporterBuilder<E> {
    pub(super) fn new(exporter: E) -> Self {
        Self {
            exporter,
            environment: Environment::process(),
            resource: None,
            flush_timeout: FLUSH_TIMEOUT,
            redaction: Redaction::default(),
            max_queued: MOST_QUEUED,
        }
    }

    /// Reads `environment` instead of the process's. The default resource comes from the process's in any
    /// case, because OpenTelemetry's detectors read no other.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Sets the resource that spans belong to.
    ///
    /// By default it is what the SDK and AWS's detector for Lambda find in the environment
    /// (`OTEL_RESOURCE_ATTRIBUTES`, `faas.name` and its like), and `service.name` is the tracer's service: the
    /// function's name where nobody named one.
    pub fn resource(mut self, resource: Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Sets what is redacted in spans of OpenTelemetry's API; the tracer's spans are redacted as the tracer says.
    pub fn redaction(mut self, redaction: Redaction) -> Self {
        self.redaction = redaction;
        self
    }

    /// Sets how long the end of an invocation waits for its spans to be exported; 100 ms by default.
    ///
    /// An exporter that works but takes longer is waited for this long each time; what it is still sending
    /// goes on in the next invocation.
    pub fn flush_timeout(mut self, timeout: Duration) -> Self {
        self.flush_timeout = timeout;
        self
    }

    /// Sets how many spans may wait to be exported; 4,096 by default. Further ones are lost, which is told
    /// on stderr once.
    pub fn max_queued(mut self, most: usize) -> Self {
        self.max_queued = most;
        self
    }

    /// Builds the exporter.
    pub fn build(self) -> OtelExporter {
        let service = Arc::new(OnceLock::<String>::new());
        let (named, given) = (service.clone(), self.resource);
        let resource = move || {
            let service = named.get().map_or(DEFAULT_SERVICE, String::as_str);
            given.unwrap_or_else(|| resource::of_function(service))
        };
        let (timeout, most) = (self.flush_timeout, self.max_queued);
        OtelExporter::new_with(Shared {
            worker: Worker::new(self.exporter, resource, most, timeout),
            is_frozen: is_frozen(&self.environment),
            timeout,
            redaction: self.redaction,
            service,
        })
    }
}

/// Tells whether the environment is frozen between invocations: it is, unless it runs several at once.
fn is_frozen(environment: &Environment) -> bool {
    let at_once = environment.text("AWS_LAMBDA_MAX_CONCURRENCY");
    at_once.and_then(|text| text.parse::<u32>().ok()).is_none_or(|at_once| at_once <= 1)
}

impl<E> fmt::Debug for OtelExporterBuilder<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtelExporterBuilder")
            .field("flush_timeout", &self.flush_timeout)
            .finish_non_exhaustive()
    }
}
