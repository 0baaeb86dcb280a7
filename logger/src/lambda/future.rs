use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use powertools_core::{Invocation, ScopedFuture};

use super::{
    HandlerError, HandlerResponse,
    body::Body,
    failure::{self, FlushOnPanic},
};
use crate::context::flush;

pin_project! {
    /// The future of a [`HandlerService`](super::HandlerService).
    pub struct HandlerFuture<F, Kind, Response> {
        #[pin]
        inner: ScopedFuture<F>,
        invocation: Invocation,
        kind: PhantomData<fn() -> (Kind, Response)>,
    }
}

impl<F: Future, Kind, Response> HandlerFuture<F, Kind, Response> {
    pub(super) fn new(inner: ScopedFuture<F>, invocation: Invocation) -> Self {
        Self { inner, invocation, kind: PhantomData }
    }
}

impl<F, T, E, Kind, Response> Future for HandlerFuture<F, Kind, Response>
where
    F: Future<Output = Result<T, E>>,
    E: HandlerError<Kind>,
    T: HandlerResponse<Response>,
{
    type Output = Result<T::Watched<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let result = {
            let _on_panic = FlushOnPanic(this.invocation);
            ready!(this.inner.as_mut().poll(cx))
        };
        this.invocation.note_handler_result(&result);
        Poll::Ready(match result {
            Ok(response) => {
                let body = || Body::new(this.invocation.clone());
                Ok(response.watch_body(this.invocation, body))
            }
            Err(error) => {
                flush(this.invocation);
                this.inner.in_scope(|| failure::log(error.describe()));
                Err(error)
            }
        })
    }
}

impl<F, Kind, Response> fmt::Debug for HandlerFuture<F, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").field("inner", &self.inner).finish_non_exhaustive()
    }
}
