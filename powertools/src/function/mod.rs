//! The types that can be handlers, decided in steps: how a handler is called, with which argument, and what it returns.
//!
//! The compiler explains a failed bound only if a single implementation applies. So each step is a separate trait with
//! at most one implementation for a given type, and for each bound of [`Input`] on
//! [`LambdaEvent`](lambda_runtime::LambdaEvent) the compiler names the type that does not satisfy it.

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
/// - An async function or closure from [`LambdaEvent`] to a `Result`.
/// - A `tower` service with the same argument and result.
/// - With the feature `lambda-http`, an async function or a service from `lambda_http::Request` to a `Result` of a
///   response, such as an axum `Router`. The paths of a REST API begin with its stage unless
///   `AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH` is `true`.
/// - Any of these functions with state as an additional first argument, through [`with_state`](crate::with_state).
///
/// | part | bounds |
/// |---|---|
/// | event | `DeserializeOwned + Send + 'static`; to borrow from the JSON, take a [`RawEvent`](crate::RawEvent) |
/// | response | `Serialize`, or a `StreamResponse`; `Send + 'static` |
/// | error | [`HandlerError`]: `std::error::Error`, [`Error`](crate::Error) and other boxes of errors, `Diagnostic`, `String`, `&str`; `Send + 'static` |
/// | future | `Send + 'static`: no `Rc`, no guard of a `std::sync::Mutex` across an `.await` |
/// | handler | `Clone + Send + 'static`, because Lambda Managed Instances run several invocations at once |
///
/// Use [`check_handler`](crate::check_handler) to check these bounds where the handler is defined. The trait is
/// implemented for every handler; `Marker` only distinguishes the implementations and is inferred.
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
    /// The type of a response that is posted at once.
    type Body: Serialize + Send + 'static;
    /// The type of a response that is streamed.
    type Stream: Stream<Item = Result<Self::Chunk, Self::StreamError>> + Unpin + Send + 'static;
    /// The type of a chunk of the stream.
    type Chunk: Into<Bytes> + Send + 'static;
    /// The type of an error of the stream.
    type StreamError: Into<Error> + Send + Debug + 'static;
    /// The type of the response.
    type Response: IntoFunctionResponse<Self::Body, Self::Stream> + Send + 'static;
    /// Distinguishes the implementations of [`HandlerError`].
    type Kind: 'static;
    /// The type of the error.
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
