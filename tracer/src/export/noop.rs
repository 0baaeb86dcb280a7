use super::{ExportError, Exporter};
use crate::Batch;

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
