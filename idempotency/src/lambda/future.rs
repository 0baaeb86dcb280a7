use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::LayerError;

/// The future of a [`HandlerService`](super::HandlerService).
pub struct HandlerFuture<R, E>(Pin<Box<Answering<R, E>>>);

type Answering<R, E> = dyn Future<Output = Result<R, LayerError<E>>> + Send;

impl<R, E> HandlerFuture<R, E> {
    /// Boxes the future, whose type has no name: nothing beside a call of the store.
    pub(super) fn new(
        future: impl Future<Output = Result<R, LayerError<E>>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(future))
    }
}

impl<R, E> Future for HandlerFuture<R, E> {
    type Output = Result<R, LayerError<E>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<R, E> fmt::Debug for HandlerFuture<R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerFuture").finish_non_exhaustive()
    }
}
