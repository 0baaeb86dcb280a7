use std::error::Error;

use crate::model::Batch;

/// Takes spans out of the process.
pub trait Exporter: Send + Sync + 'static {
    /// Exports spans of one invocation; the function may be frozen as soon as this returns.
    ///
    /// # Errors
    ///
    /// The reason why spans were not exported. The first error is written to stderr, and the function continues.
    fn export(&self, batch: &Batch) -> Result<(), ExportError>;

    /// Prepares for spans of this service; called once, when the tracer is built.
    fn prepare(&self, service: &str) {
        let _ = service;
    }

    /// Returns whether OpenTelemetry's current context should be that of the span that is entered.
    ///
    /// Such an exporter is given a batch at the end of each sampled invocation, an empty one as well, so that
    /// it can export spans that were made with OpenTelemetry's API.
    #[cfg(feature = "otel")]
    fn attaches_contexts(&self) -> bool {
        false
    }

    /// Returns whether the handler's span should carry OpenTelemetry's attributes for functions.
    ///
    /// X-Ray has them in the segment that Lambda makes.
    fn wants_faas_attributes(&self) -> bool {
        true
    }
}

/// The reason why spans could not be exported.
pub type ExportError = Box<dyn Error + Send + Sync>;

/// Exports nothing; spans are collected all the same, so that log lines have their ids.
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
