use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use powertools_core::{Invocation, Scoped};

use crate::Metrics;

pin_project! {
    /// The future of a [`HandlerService`](super::HandlerService).
    pub struct HandlerFuture<F> {
        // Dropped before `flush`, so that what an abandoned handler records at its drop is flushed too.
        #[pin]
        inner: Scoped<F>,
        flush: Option<Flush>,
    }
}

/// Flushes when it is dropped: at the end, at a panic, or when the handler is abandoned.
pub(super) struct Flush {
    metrics: Metrics,
    invocation: Invocation,
}

impl Flush {
    pub(super) fn new(metrics: Metrics, invocation: Invocation) -> Self {
        Self { metrics, invocation }
    }
}

impl<F> HandlerFuture<F> {
    pub(super) fn new(inner: Scoped<F>, flush: Option<Flush>) -> Self {
        Self { inner, flush }
    }
}

impl<F: Future> Future for HandlerFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let output = ready!(this.inner.poll(cx));
        *this.flush = None;
        Poll::Ready(output)
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.invocation.in_scope(|| self.metrics.close(&self.invocation));
    }
}

impl<F> fmt::Debug for HandlerFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").field("inner", &self.inner).finish_non_exhaustive()
    }
}
