//! Functions written with `lambda_http` or axum.

use std::{
    future::Future,
    task::{Context, Poll},
};

use futures_util::TryFuture;
use lambda_http::{Adapter, IntoResponse, Request, TransformResponse, request::LambdaRequest};
use lambda_runtime::{LambdaEvent, service_fn, streaming::Body, tower::util::ServiceFn};
use powertools_core::lambda::HandlerError;
use tower_service::Service;

use crate::Function;

/// A service of HTTP requests as one of Lambda's events.
///
/// Made anew for each event, `lambda_http`'s adapter asks nothing of the response: kept, it would have to be
/// `Sync`, which axum's is not.
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

/// What `lambda_http` answers with, a type that it does not name.
type Response = <TransformResponse<'static, String, lambda_runtime::Error> as TryFuture>::Ok;

/// Marks a service of HTTP requests.
#[derive(Debug)]
pub enum OfHttpService {}

impl<T, K> Function<(OfHttpService, K)> for T
where
    T: Service<Request> + Clone + Send + 'static,
    T::Future: Send + 'static,
    T::Response: IntoResponse + Send + 'static,
    T::Error: HandlerError<K> + Send + 'static,
    K: 'static,
{
    type Event = LambdaRequest;
    type Body = Response;
    type Stream = Body;
    type Chunk = bytes::Bytes;
    type StreamError = lambda_runtime_api_client::Error;
    type Response = Response;
    type Kind = K;
    type Error = T::Error;
    type Service = HttpService<T>;

    fn into_service(self) -> Self::Service {
        HttpService(self)
    }
}

/// Marks an async function of HTTP requests.
#[derive(Debug)]
pub enum OfHttpFn {}

impl<T, U, R, E, K> Function<(OfHttpFn, U, R, E, K)> for T
where
    T: Fn(Request) -> U + Clone + Send + 'static,
    U: Future<Output = Result<R, E>> + Send + 'static,
    R: IntoResponse + Send + 'static,
    E: HandlerError<K> + Send + 'static,
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
    type Service = HttpService<ServiceFn<T>>;

    fn into_service(self) -> Self::Service {
        HttpService(service_fn(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EventError;

    #[test]
    fn an_event_that_is_no_request_is_told_with_what_would_be_one() {
        let error = EventError::parse::<LambdaRequest>(br#"{"card": "secret"}"#, false);
        let told = error.err().map(|error| error.to_string()).unwrap();
        let begins = "the event is not what the handler takes: this function expects a JSON payload from Amazon \
                      API Gateway, ";
        assert!(told.starts_with(begins) && told.ends_with("events"), "{told}");
    }
}
