use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use powertools_core::{
    Invocation, ScopedFuture,
    lambda::{BodyWatch, HandlerResponse},
};

use crate::Metrics;

pin_project! {
    /// The future of a [`HandlerService`](super::HandlerService).
    pub struct HandlerFuture<F, Response> {
        // Dropped before `flush`, so that what an abandoned handler records at its drop is flushed too.
        #[pin]
        inner: ScopedFuture<F>,
        flush: Flush,
        response: PhantomData<fn() -> Response>,
    }
}

/// Flushes when it is dropped: at the end of the handler or of the body that it has returned, at a panic, or when the
/// handler is abandoned.
pub struct Flush {
    invocation: Invocation,
    /// `None` where a layer further out flushes.
    metrics: Option<Metrics>,
}

impl Flush {
    pub(super) fn new(invocation: Invocation, metrics: Option<Metrics>) -> Self {
        Self { invocation, metrics }
    }

    /// Returns what flushes in the place of this one.
    fn take(&mut self) -> Self {
        Self { invocation: self.invocation.clone(), metrics: mem::take(&mut self.metrics) }
    }
}

impl BodyWatch for Flush {}

impl<F, Response> HandlerFuture<F, Response> {
    pub(super) fn new(inner: ScopedFuture<F>, flush: Flush) -> Self {
        Self { inner, flush, response: PhantomData }
    }
}

impl<F, T, E, Response> Future for HandlerFuture<F, Response>
where
    F: Future<Output = Result<T, E>>,
    T: HandlerResponse<Response>,
{
    type Output = Result<T::Watched<Flush>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(cx));
        this.flush.invocation.note_handler_result(&result);
        // Dropped here, unless a body takes it along.
        let flush = this.flush.take();
        let invocation = &this.flush.invocation;
        Poll::Ready(result.map(|response| response.watch_body(invocation, || flush)))
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        if let Some(metrics) = &self.metrics {
            self.invocation.in_scope(|| metrics.close(&self.invocation));
        }
    }
}

impl fmt::Debug for Flush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flush").finish_non_exhaustive()
    }
}

impl<F, Response> fmt::Debug for HandlerFuture<F, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").field("inner", &self.inner).finish_non_exhaustive()
    }
}
