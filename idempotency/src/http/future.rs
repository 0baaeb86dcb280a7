use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::ResponseBody;

pin_project! {
    /// The future of an [`HttpService`](super::HttpService).
    pub struct HttpFuture<F, B: Body, E> {
        #[pin]
        state: State<F, B, E>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B: Body, E> {
        PassThrough { #[pin] response: F },
        // Boxed because its type has no name, which costs nothing beside a call of the store.
        Idempotent { response: Pin<Box<Processing<B, E>>> },
    }
}

type Processing<B, E> = dyn Future<Output = Result<Response<ResponseBody<B>>, E>> + Send;

impl<F, B: Body, E> HttpFuture<F, B, E> {
    pub(super) fn pass_through(response: F) -> Self {
        Self { state: State::PassThrough { response } }
    }

    pub(super) fn idempotent(
        response: impl Future<Output = Result<Response<ResponseBody<B>>, E>> + Send + 'static,
    ) -> Self {
        Self { state: State::Idempotent { response: Box::pin(response) } }
    }
}

impl<F, B, E> Future for HttpFuture<F, B, E>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::PassThrough { response } => {
                response.poll(cx).map_ok(|response| response.map(ResponseBody::pass_through))
            }
            StateProjection::Idempotent { response } => response.as_mut().poll(cx),
        }
    }
}

impl<F, B: Body, E> fmt::Debug for HttpFuture<F, B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFuture").finish_non_exhaustive()
    }
}
