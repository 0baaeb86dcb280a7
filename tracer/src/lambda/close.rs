use powertools_core::Invocation;

use crate::Tracer;

/// Exports spans when it is dropped: at the end, at a panic, or when the handler is cancelled.
pub(super) struct Close {
    tracer: Tracer,
    invocation: Invocation,
}

impl Close {
    pub(super) fn new(tracer: Tracer, invocation: Invocation) -> Self {
        Self { tracer, invocation }
    }
}

impl Drop for Close {
    fn drop(&mut self) {
        self.invocation.in_scope(|| self.tracer.close(&self.invocation));
    }
}
