use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use opentelemetry::Context;
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};

use super::queue::{MOST_AT_ONCE, Queue};

/// Makes the resource when the first span is there: what it is made of may not be known before.
pub(super) type MakeResource = Box<dyn FnOnce() -> Resource + Send>;

/// An exporter behind a pointer.
pub(super) trait Target: Send {
    fn prepare(&mut self, resource: &Resource);
    fn export(&mut self, spans: Vec<SpanData>) -> OTelSdkResult;
    fn end(&mut self);
}

impl<E: SpanExporter> Target for E {
    fn prepare(&mut self, resource: &Resource) {
        self.set_resource(resource);
    }

    fn export(&mut self, spans: Vec<SpanData>) -> OTelSdkResult {
        futures_executor::block_on(SpanExporter::export(self, spans))?;
        self.force_flush()
    }

    fn end(&mut self) {
        // Nobody is left who could be told.
        let _ = self.shutdown();
    }
}

/// Exports what comes into the queue until it is closed.
pub(super) fn run(mut target: Box<dyn Target>, resource: MakeResource, queue: &Arc<Queue>) {
    // What the exporter does to export is not exported in turn.
    let _suppressed = Context::enter_telemetry_suppressed_scope();
    let _ = guarded(|| {
        target.prepare(&resource());
        Ok(())
    });
    while let Some(taken) = queue.take() {
        let result = export_all(&mut *target, taken.spans);
        queue.finish(taken.ticket, result);
    }
    let _ = guarded(|| {
        target.end();
        Ok(())
    });
    queue.end();
}

/// Exports in pieces; the first problem is told, and nothing is tried after it.
fn export_all(target: &mut dyn Target, mut spans: Vec<SpanData>) -> Option<OTelSdkResult> {
    if spans.is_empty() {
        return None;
    }
    while !spans.is_empty() {
        let rest = spans.split_off(spans.len().min(MOST_AT_ONCE));
        if let Err(error) = guarded(|| target.export(spans)) {
            return Some(Err(error));
        }
        spans = rest;
    }
    Some(Ok(()))
}

/// An exporter that panics has failed, and the thread goes on.
fn guarded(call: impl FnOnce() -> OTelSdkResult) -> OTelSdkResult {
    let panicked = || OTelSdkError::InternalFailure("the exporter panicked".into());
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err(panicked()))
}
