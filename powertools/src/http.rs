//! Handlers written with `lambda_http` or axum.

use std::{
    fmt::Debug,
    task::{Context, Poll},
};

use futures_util::TryFuture;
use lambda_http::{
    Adapter, IntoResponse, Request, StreamAdapter, TransformResponse, request::LambdaRequest,
};
use lambda_runtime::{LambdaEvent, streaming::Body};
use powertools_core::lambda::HandlerError;
use tower_service::Service;

use crate::function::{Callable, CallableService, CloneHandler, HandlerFuture, Input, SendError};

/// Adapts a service of HTTP requests to a service of Lambda events.
///
/// The adapter of `lambda_http` is created for each event, because one that is kept would require the response to be
/// `Sync`, and axum's is not.
#[derive(Clone, Debug)]
pub struct HttpService<S>(S);

impl<S> Service<LambdaEvent<LambdaRequest>> for HttpService<S>
where
    S: Service<Request>,
    S::Future: Send + 'static,
    S::Response: IntoResponse + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = TransformResponse<'static, S::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<LambdaRequest>) -> Self::Future {
        Adapter::from(&mut self.0).call(event)
    }
}

/// The response type of `lambda_http`, which does not export a name for it.
type Response = <TransformResponse<'static, String, lambda_runtime::Error> as TryFuture>::Ok;

/// Streams the response of a service of HTTP requests, such as an axum `Router`: chunks are sent as the body produces
/// them.
///
/// Use it in place of `lambda_http::run_with_streaming_response`; pass an async function as
/// `lambda_http::service_fn(handler)`. The body belongs to the invocation until it ends. Function URLs and REST APIs
/// stream responses only if they are configured to.
///
/// ```no_run
/// use lambda_http::{Body, Error, Request, Response, service_fn};
///
/// async fn handler(_: Request) -> Result<Response<Body>, Error> {
///     Ok(Response::new("hello".into()))
/// }
///
/// # async fn main_() -> Result<(), Error> {
/// powertools::run(powertools::streaming_response(service_fn(handler))).await
/// # }
/// ```
pub fn streaming_response<S>(service: S) -> StreamingHttpService<S> {
    StreamingHttpService(service)
}

/// The service that [`streaming_response`] returns.
#[derive(Clone, Debug)]
pub struct StreamingHttpService<S>(S);

impl<S, B> Service<LambdaEvent<LambdaRequest>> for StreamingHttpService<S>
where
    S: Service<Request, Response = lambda_http::Response<B>>,
    S::Future: Send + 'static,
    B: http_body::Body + Unpin + Send + 'static,
    B::Data: Into<bytes::Bytes> + Send,
    B::Error: Into<lambda_runtime::Error> + Send + Debug,
{
    type Response = <StreamAdapter<'static, S, B> as Service<LambdaEvent<LambdaRequest>>>::Response;
    type Error = S::Error;
    type Future = <StreamAdapter<'static, S, B> as Service<LambdaEvent<LambdaRequest>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, event: LambdaEvent<LambdaRequest>) -> Self::Future {
        // Created for each event, as in `HttpService`.
        StreamAdapter::from(&mut self.0).call(event)
    }
}

/// Marks services of HTTP requests.
#[derive(Debug)]
pub enum OfHttpService {}

impl<T: Service<Request>> Callable<OfHttpService> for T {
    type Input = Request;
    type Output = T::Future;
    type NotReady<E> = T::Error;

    fn ready<E>(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        Service::poll_ready(self, cx)
    }

    fn invoke(&mut self, request: Request) -> T::Future {
        Service::call(self, request)
    }
}

impl<T, Shape, U, R, E, K> Input<T, Shape, (U, R, E, K)> for Request
where
    T: Callable<Shape, Input = Self, Output = U, NotReady<E> = E> + Send + 'static,
    U: HandlerFuture<Response = R, Error = E> + Send + 'static,
    R: HttpResponse + Send + 'static,
    E: HandlerError<K> + SendError,
    Shape: CloneHandler<T> + 'static,
    K: 'static,
{
    type Event = LambdaRequest;
    type Body = Response;
    type Stream = Body;
    type Chunk = bytes::Bytes;
    type StreamError = lambda_runtime_api_client::Error;
    type Response = Response;
    type Kind = K;
    type Error = E;
    type Service = HttpService<CallableService<T, Shape>>;

    fn service(handler: T) -> Self::Service {
        HttpService(CallableService::new(handler))
    }
}

/// A response that `lambda_http` can convert.
#[diagnostic::on_unimplemented(
    message = "the response of an HTTP handler must implement `lambda_http::IntoResponse`, and `{Self}` does not",
    label = "this handler's response is not an HTTP response",
    note = "return a `lambda_http::Response<Body>`, a `serde_json::Value` or a `String`; or take a `LambdaEvent` \
            instead of a `Request` to return what is `Serialize`"
)]
pub trait HttpResponse: IntoResponse {}

#[diagnostic::do_not_recommend]
impl<R: IntoResponse> HttpResponse for R {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventError;

    #[test]
    fn non_http_event_is_reported_with_the_expected_sources() {
        let error = EventError::parse::<LambdaRequest>(br#"{"card": "secret"}"#, false);
        let told = error.err().map(|error| error.to_string()).unwrap();
        let begins = "cannot deserialize the event: this function expects a JSON payload from Amazon \
                      API Gateway, ";
        assert!(told.starts_with(begins) && told.ends_with("events"), "{told}");
    }
}
