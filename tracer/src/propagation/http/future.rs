use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::Response;
use pin_project_lite::pin_project;
use tracing::{Instrument, instrument::Instrumented};

use super::{ClientError, span::ClientSpan};

pin_project! {
    /// The future of an [`HttpClientService`](super::HttpClientService).
    #[must_use = "futures do nothing unless polled"]
    pub struct HttpClientFuture<F, Kind> {
        // Dropped before the span, which is over then.
        #[pin]
        inner: Option<Instrumented<F>>,
        span: Option<ClientSpan>,
        kind: PhantomData<fn() -> Kind>,
    }
}

impl<F, Kind> HttpClientFuture<F, Kind> {
    pub(super) fn new(inner: F, span: ClientSpan) -> Self {
        let inner = Some(inner.instrument(span.tracing().clone()));
        Self { inner, span: Some(span), kind: PhantomData }
    }
}

impl<F, Kind, R, E> Future for HttpClientFuture<F, Kind>
where
    F: Future<Output = Result<Response<R>, E>>,
    E: ClientError<Kind>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let inner = this.inner.as_mut().as_pin_mut();
        let result = ready!(inner.expect("nobody polls what has ended").poll(cx));
        this.inner.set(None);
        // Whoever keeps the future does not keep the span.
        if let Some(span) = this.span.take() {
            match &result {
                Ok(response) => span.answered(response),
                Err(error) => span.failed(error.as_error()),
            }
        }
        Poll::Ready(result)
    }
}

impl<F, Kind> fmt::Debug for HttpClientFuture<F, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientFuture").finish_non_exhaustive()
    }
}
