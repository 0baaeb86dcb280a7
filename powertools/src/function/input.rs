use std::fmt::Debug;

use bytes::Bytes;
use futures_util::Stream;
use lambda_runtime::{Error, IntoFunctionResponse, LambdaEvent};
use powertools_core::lambda::HandlerError;
use serde::{Serialize, de::DeserializeOwned};
use tower_service::Service;

use super::{Callable, CallableService, CloneHandler, EventResponse, HandlerFuture, SendError};

/// The argument of a handler `T`, which determines what the handler must return.
#[diagnostic::on_unimplemented(
    message = "a Lambda handler takes a `LambdaEvent`, not `{Self}`",
    label = "expected a function whose argument is a `LambdaEvent`",
    note = "write `event: LambdaEvent<Order>`; the event is its field `payload`, the context its field `context`",
    note = "for `lambda_http::Request`, enable the feature `lambda-http`"
)]
pub trait Input<T, Shape, Types> {
    /// See [`Function`](crate::Function).
    type Event: DeserializeOwned + Send + 'static;
    /// See [`Function`](crate::Function).
    type Body: Serialize + Send + 'static;
    /// See [`Function`](crate::Function).
    type Stream: Stream<Item = Result<Self::Chunk, Self::StreamError>> + Unpin + Send + 'static;
    /// See [`Function`](crate::Function).
    type Chunk: Into<Bytes> + Send + 'static;
    /// See [`Function`](crate::Function).
    type StreamError: Into<Error> + Send + Debug + 'static;
    /// See [`Function`](crate::Function).
    type Response: IntoFunctionResponse<Self::Body, Self::Stream> + Send + 'static;
    /// See [`Function`](crate::Function).
    type Kind: 'static;
    /// See [`Function`](crate::Function).
    type Error: HandlerError<Self::Kind> + Send + 'static;
    /// See [`Function`](crate::Function).
    type Service: Service<
            LambdaEvent<Self::Event>,
            Response = Self::Response,
            Error = Self::Error,
            Future: Send + 'static,
        > + Clone
        + Send
        + 'static;

    /// Returns the handler as a service of events.
    fn service(handler: T) -> Self::Service;
}

impl<T, Shape, A, U, R, E, P, K> Input<T, Shape, (U, R, E, P, K)> for LambdaEvent<A>
where
    T: Callable<Shape, Input = Self, Output = U, NotReady<E> = E> + Send + 'static,
    U: HandlerFuture<Response = R, Error = E> + Send + 'static,
    A: DeserializeOwned + Send + 'static,
    R: EventResponse<P> + Send + 'static,
    E: HandlerError<K> + SendError,
    Shape: CloneHandler<T> + 'static,
    K: 'static,
{
    type Event = A;
    type Body = R::Body;
    type Stream = R::Stream;
    type Chunk = R::Chunk;
    type StreamError = R::StreamError;
    type Response = R;
    type Kind = K;
    type Error = E;
    type Service = CallableService<T, Shape>;

    fn service(handler: T) -> Self::Service {
        CallableService::new(handler)
    }
}
