use crate::Invocation;

/// What a utility does as invocations come and go; each call happens in the invocation's scope.
pub trait Observer: Send + Sync + 'static {
    /// Called before the handler, with the event's bytes as they came.
    fn on_start(&self, invocation: &Invocation, event: &[u8]) {
        let _ = (invocation, event);
    }

    /// Called shortly before the deadline, from another thread, while the handler still runs.
    ///
    /// It may still run when [`on_end`](Observer::on_end) is called.
    fn deadline_near(&self, invocation: &Invocation) {
        let _ = invocation;
    }

    /// Called once at the end: when the answer was posted, and the body of a streaming response has ended.
    fn on_end(&self, invocation: &Invocation, end: End) {
        let _ = (invocation, end);
    }
}

/// How an invocation ended, as far as the outer layer can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// An answer was posted: a result, or an error.
    Completed,
    /// It was dropped before that, or the body of its response before its end.
    Cancelled,
}
