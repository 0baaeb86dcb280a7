use std::{fmt::Debug, future::Future};

use bytes::Bytes;
use futures_util::Stream;
use lambda_runtime::{
    Error, IntoFunctionResponse, LambdaEvent, service_fn, tower::util::ServiceFn,
};
use powertools_core::lambda::HandlerError;
use serde::{Serialize, de::DeserializeOwned};
use tower_service::Service;

/// What [`run`](crate::run) takes for a handler.
///
/// - an async function or closure from [`LambdaEvent`] to a `Result`
/// - a `tower` service of that kind
/// - with the feature `lambda-http`, an async function or a service from `lambda_http::Request` to a `Result`
///   of a response; an axum `Router` is one. The stage of a REST API stands before its paths unless
///   `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` is `true`
///
/// Events are any `DeserializeOwned`; responses are `Serialize`, or streams; errors are all that implement
/// [`HandlerError`], such as every type that implements `Error` and every box of them. All are `Send`, and the
/// handler is `Clone`, because Lambda Managed Instances run several at once. Nobody implements it: `Marker` only tells
/// the implementations apart and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    note = "a handler is an async function `Fn(LambdaEvent<T>) -> Result<R, E>`, or a tower service like that",
    note = "T: DeserializeOwned; R: Serialize, or a StreamResponse; E: std::error::Error, a box of one, a Diagnostic, String or &str",
    note = "its future is Send and 'static, and the handler Clone, Send and 'static",
    note = "for `lambda_http::Request` and axum, switch on the feature `lambda-http`"
)]
pub trait Function<Marker> {
    /// The event's type.
    type Event: DeserializeOwned + Send + 'static;
    /// What is posted at once.
    type Body: Serialize + Send + 'static;
    /// What is posted bit by bit.
    type Stream: Stream<Item = Result<Self::Chunk, Self::StreamError>> + Unpin + Send + 'static;
    /// One bit of a stream.
    type Chunk: Into<Bytes> + Send + 'static;
    /// What a stream fails with.
    type StreamError: Into<Error> + Send + Debug + 'static;
    /// The response.
    type Response: IntoFunctionResponse<Self::Body, Self::Stream> + Send + 'static;
    /// Tells the implementations of [`HandlerError`] apart.
    type Kind: 'static;
    /// The error.
    type Error: HandlerError<Self::Kind> + Send + 'static;
    /// The function as a service.
    type Service: Service<
            LambdaEvent<Self::Event>,
            Response = Self::Response,
            Error = Self::Error,
            Future: Send + 'static,
        > + Clone
        + Send
        + 'static;

    /// Returns the function as a service.
    fn into_service(self) -> Self::Service;
}

/// Marks a service.
#[derive(Debug)]
pub enum OfService {}

impl<T, A, B, S, C, F, K> Function<(OfService, A, B, S, C, F, K)> for T
where
    T: Service<LambdaEvent<A>> + Clone + Send + 'static,
    T::Future: Send + 'static,
    T::Response: IntoFunctionResponse<B, S> + Send + 'static,
    T::Error: HandlerError<K> + Send + 'static,
    A: DeserializeOwned + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<C, F>> + Unpin + Send + 'static,
    C: Into<Bytes> + Send + 'static,
    F: Into<Error> + Send + Debug + 'static,
    K: 'static,
{
    type Event = A;
    type Body = B;
    type Stream = S;
    type Chunk = C;
    type StreamError = F;
    type Response = T::Response;
    type Kind = K;
    type Error = T::Error;
    type Service = T;

    fn into_service(self) -> T {
        self
    }
}

/// Marks an async function.
#[derive(Debug)]
pub enum OfFn {}

impl<T, U, A, R, E, B, S, C, F, K> Function<(OfFn, A, U, R, E, B, S, C, F, K)> for T
where
    T: Fn(LambdaEvent<A>) -> U + Clone + Send + 'static,
    U: Future<Output = Result<R, E>> + Send + 'static,
    R: IntoFunctionResponse<B, S> + Send + 'static,
    E: HandlerError<K> + Send + 'static,
    A: DeserializeOwned + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<C, F>> + Unpin + Send + 'static,
    C: Into<Bytes> + Send + 'static,
    F: Into<Error> + Send + Debug + 'static,
    K: 'static,
{
    type Event = A;
    type Body = B;
    type Stream = S;
    type Chunk = C;
    type StreamError = F;
    type Response = R;
    type Kind = K;
    type Error = E;
    type Service = ServiceFn<T>;

    fn into_service(self) -> ServiceFn<T> {
        service_fn(self)
    }
}
