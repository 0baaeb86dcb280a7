use crate::Invocation;

/// The part of a utility in the lifecycle of invocations; each method is called in the scope of the invocation.
pub trait Observer: Send + Sync + 'static {
    /// Called before the handler, with the bytes of the event as they were received.
    fn on_start(&self, invocation: &Invocation, event: &[u8]) {
        let _ = (invocation, event);
    }

    /// Called shortly before the deadline, from another thread, while the handler is still running.
    ///
    /// It may still be running when [`on_end`](Observer::on_end) is called.
    fn deadline_near(&self, invocation: &Invocation) {
        let _ = invocation;
    }

    /// Called once at the end, after the response has been posted and the body of a streaming response has ended.
    fn on_end(&self, invocation: &Invocation, end: End) {
        let _ = (invocation, end);
    }
}

/// How an invocation ended, as far as the runtime layer can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// A response or an error was posted.
    Completed,
    /// The invocation was dropped before that, or the body of its response before it ended.
    Cancelled,
}
