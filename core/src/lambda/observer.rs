use crate::Invocation;

/// What a utility does as invocations come and go; each call happens in the invocation's scope.
pub trait Observer: Send + Sync + 'static {
    /// Called before the handler, with the event's bytes as they came.
    fn opened(&self, invocation: &Invocation, event: &[u8]) {
        let _ = (invocation, event);
    }

    /// Called shortly before the deadline, from another thread, while the handler still runs.
    ///
    /// It may still run when [`closed`](Observer::closed) is called.
    fn deadline_near(&self, invocation: &Invocation) {
        let _ = invocation;
    }

    /// Called once at the end: when the answer was posted, and the body of a streaming response has ended.
    fn closed(&self, invocation: &Invocation, end: End) {
        let _ = (invocation, end);
    }
}

/// How an invocation ended, as far as the outer layer can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// An answer was posted: a result, or an error.
    Answered,
    /// It was dropped before that, or the body of its response before its end.
    Abandoned,
}
