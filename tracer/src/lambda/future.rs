use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use powertools_core::ScopedFuture;

use super::{HandlerError, HandlerResponse, body::Body, in_span::InSpan};
pin_project! {
    /// The future of a [`HandlerService`](super::HandlerService).
    pub struct HandlerFuture<F, Kind, Response> {
        #[pin]
        inner: ScopedFuture<InSpan<F, Kind, Response>>,
    }
}

impl<F, Kind, Response> HandlerFuture<F, Kind, Response> {
    pub(super) fn new(inner: ScopedFuture<InSpan<F, Kind, Response>>) -> Self {
        Self { inner }
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
        self.project().inner.poll(cx)
    }
}

impl<F, Kind, Response> fmt::Debug for HandlerFuture<F, Kind, Response> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").finish_non_exhaustive()
    }
}
