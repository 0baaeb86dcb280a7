//! Which types are handlers, decided in steps: how a handler is called, with which argument, and what it returns.
//!
//! The compiler explains a failed bound only if a single implementation applies. So each step is a separate trait with
//! at most one implementation for a given type, and each bound of [`Input`] for
//! [`LambdaEvent`](lambda_runtime::LambdaEvent) becomes an error that names the type that fails it.

mod callable;
mod future;
mod input;
mod mistakes;
mod response;

use std::fmt::Debug;

use bytes::Bytes;
use futures_util::Stream;
use lambda_runtime::{Error, IntoFunctionResponse, LambdaEvent};
use powertools_core::lambda::HandlerError;
use serde::{Serialize, de::DeserializeOwned};
use tower_service::Service;

pub(crate) use callable::{Callable, CallableService, CloneHandler};
pub(crate) use future::HandlerFuture;
pub(crate) use input::Input;
pub(crate) use response::{EventResponse, SendError};

/// A handler that [`run`](crate::run) accepts.
///
/// - an async function or closure from [`LambdaEvent`] to a `Result`
/// - a `tower` service of that kind
/// - with the feature `lambda-http`, an async function or a service from `lambda_http::Request` to a `Result`
///   of a response, such as an axum `Router`. Its paths begin with the stage of a REST API unless
///   `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` is `true`
/// - any of these functions with a first argument for what it needs, through [`with_state`](crate::with_state)
///
/// | part | bounds |
/// |---|---|
/// | event | `DeserializeOwned + Send + 'static`; to borrow from the JSON, take a [`RawEvent`](crate::RawEvent) |
/// | response | `Serialize`, or a `StreamResponse`; `Send + 'static` |
/// | error | [`HandlerError`]: `std::error::Error`, [`Error`](crate::Error) and other boxes of errors, `Diagnostic`, `String`, `&str`; `Send + 'static` |
/// | future | `Send + 'static`: no `Rc`, no guard of a `std::sync::Mutex` across an `.await` |
/// | handler | `Clone + Send + 'static`, because Lambda Managed Instances run several invocations at once |
///
/// [`check_handler`](crate::check_handler) checks them where the handler is defined. The trait is implemented for
/// every handler; `Marker` only distinguishes the implementations and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Lambda handler",
    label = "expected an async function with one argument, or a `tower` service",
    note = "a handler looks like this: `async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error>`",
    note = "for a type with a method `handle`, pass `powertools::with_state(app, App::handle)`",
    note = "for handlers of `lambda_http` and axum, enable the feature `lambda-http`"
)]
pub trait Function<Marker> {
    /// The event's type.
    type Event: DeserializeOwned + Send + 'static;
    /// A response that is posted at once.
    type Body: Serialize + Send + 'static;
    /// A response that is streamed.
    type Stream: Stream<Item = Result<Self::Chunk, Self::StreamError>> + Unpin + Send + 'static;
    /// A chunk of a stream.
    type Chunk: Into<Bytes> + Send + 'static;
    /// The error of a stream.
    type StreamError: Into<Error> + Send + Debug + 'static;
    /// The response.
    type Response: IntoFunctionResponse<Self::Body, Self::Stream> + Send + 'static;
    /// Distinguishes the implementations of [`HandlerError`].
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

impl<T, Shape, Types> Function<(Shape, Types)> for T
where
    T: Callable<Shape>,
    T::Input: Input<T, Shape, Types>,
{
    type Event = <T::Input as Input<T, Shape, Types>>::Event;
    type Body = <T::Input as Input<T, Shape, Types>>::Body;
    type Stream = <T::Input as Input<T, Shape, Types>>::Stream;
    type Chunk = <T::Input as Input<T, Shape, Types>>::Chunk;
    type StreamError = <T::Input as Input<T, Shape, Types>>::StreamError;
    type Response = <T::Input as Input<T, Shape, Types>>::Response;
    type Kind = <T::Input as Input<T, Shape, Types>>::Kind;
    type Error = <T::Input as Input<T, Shape, Types>>::Error;
    type Service = <T::Input as Input<T, Shape, Types>>::Service;

    fn into_service(self) -> Self::Service {
        <T::Input as Input<T, Shape, Types>>::service(self)
    }
}
