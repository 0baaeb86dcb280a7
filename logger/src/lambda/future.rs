use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
    thread,
};

use pin_project_lite::pin_project;
use powertools_core::{Invocation, Scoped};

use super::{HandlerError, failure};
use crate::buffer;

pin_project! {
    /// The future of a [`HandlerService`](super::HandlerService).
    pub struct HandlerFuture<F, Kind> {
        #[pin]
        inner: Scoped<F>,
        invocation: Invocation,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F: Future, Kind> HandlerFuture<F, Kind> {
    pub(super) fn new(inner: Scoped<F>, invocation: Invocation) -> Self {
        Self { inner, invocation, kind: PhantomData }
    }
}

impl<F, T, E, Kind> Future for HandlerFuture<F, Kind>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let result = {
            let _on_panic = FlushOnPanic(this.invocation);
            ready!(this.inner.as_mut().poll(cx))
        };
        if let Err(error) = &result {
            buffer::flush(this.invocation);
            this.inner.in_scope(|| failure::log(error.describe()));
        }
        Poll::Ready(result)
    }
}

/// Writes what was kept back if a panic comes through.
struct FlushOnPanic<'a>(&'a Invocation);

impl Drop for FlushOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            buffer::flush(self.0);
        }
    }
}

impl<F, Kind> fmt::Debug for HandlerFuture<F, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").field("inner", &self.inner).finish_non_exhaustive()
    }
}
