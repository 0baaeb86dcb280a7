use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::{ClientError, HttpClientFuture, Typed, header, span::ClientSpan};

/// What the layer sets for its services.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Settings {
    pub(super) full_urls: bool,
    pub(super) w3c: bool,
}

/// The service of an [`HttpClientLayer`](super::HttpClientLayer).
pub struct HttpClientService<S, Kind = Typed> {
    inner: S,
    settings: Settings,
    kind: PhantomData<fn() -> Kind>,
}

impl<S, Kind> HttpClientService<S, Kind> {
    pub(super) fn new(inner: S, settings: Settings) -> Self {
        Self { inner, settings, kind: PhantomData }
    }
}

impl<S, Kind, B, R> Service<Request<B>> for HttpClientService<S, Kind>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: ClientError<Kind>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = HttpClientFuture<S::Future, Kind>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let span = ClientSpan::open(&request, self.settings.full_urls);
        let future = span.in_scope(|| {
            header::write(request.headers_mut(), self.settings.w3c);
            self.inner.call(request)
        });
        HttpClientFuture::new(future, span)
    }
}

impl<S: Clone, Kind> Clone for HttpClientService<S, Kind> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.settings)
    }
}

impl<S: fmt::Debug, Kind> fmt::Debug for HttpClientService<S, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClientService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
