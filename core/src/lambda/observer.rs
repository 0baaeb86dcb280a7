use crate::Invocation;

/// What a utility does as invocations come and go; each call happens in the invocation's scope.
pub trait Observer: Send + Sync + 'static {
    /// Called before the handler, with the event's bytes as they came.
    fn opened(&self, invocation: &Invocation, event: &[u8]) {
        let _ = (invocation, event);
    }

    /// Called shortly before the deadline, from another thread, while the handler still runs.
    fn deadline_near(&self, invocation: &Invocation) {
        let _ = invocation;
    }

    /// Called once at the end: after the answer was posted, or when the invocation was abandoned.
    fn closed(&self, invocation: &Invocation) {
        let _ = invocation;
    }
}
