use std::error::Error;

use crate::model::Batch;

/// Takes spans out of the process.
pub trait Exporter: Send + Sync + 'static {
    /// Hands on spans of one invocation; the function may be frozen as soon as this returns.
    ///
    /// # Errors
    ///
    /// Whatever kept spans from being handed on. The first error is written to stderr, and the function
    /// goes on in any case.
    fn export(&self, batch: &Batch) -> Result<(), ExportError>;

    /// Prepares for spans of this service; called once, when the tracer is built.
    fn prepare(&self, service: &str) {
        let _ = service;
    }

    /// Tells whether OpenTelemetry's current context should be that of the span that is entered.
    ///
    /// Such an exporter is given a batch at the end of each sampled invocation, an empty one as well, so that
    /// it can hand on spans that were made with OpenTelemetry's API.
    #[cfg(feature = "otel")]
    fn attaches_contexts(&self) -> bool {
        false
    }

    /// Tells whether the handler's span should carry OpenTelemetry's attributes for functions.
    ///
    /// X-Ray has them in the segment that Lambda makes.
    fn wants_faas_attributes(&self) -> bool {
        true
    }
}

/// Why spans could not be handed on.
pub type ExportError = Box<dyn Error + Send + Sync>;

/// Hands spans on to nobody; they are collected all the same, so that log lines have their ids.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoopExporter;

impl Exporter for NoopExporter {
    fn export(&self, _: &Batch) -> Result<(), ExportError> {
        Ok(())
    }

    fn wants_faas_attributes(&self) -> bool {
        false
    }
}
