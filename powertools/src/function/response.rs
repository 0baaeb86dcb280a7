use std::fmt::Debug;

use bytes::Bytes;
use futures_util::Stream;
use lambda_runtime::{Error, IntoFunctionResponse};
use serde::Serialize;

/// A response that `lambda_runtime` can post.
#[diagnostic::on_unimplemented(
    message = "the response of a Lambda handler must implement `Serialize`, and `{Self}` does not",
    label = "this handler's response is not `Serialize`",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`, or return a `StreamResponse`",
    note = "for responses of `lambda_http` and axum, take a `lambda_http::Request` and enable the feature `lambda-http`"
)]
pub trait EventResponse<Types>:
    IntoFunctionResponse<<Self as EventResponse<Types>>::Body, <Self as EventResponse<Types>>::Stream>
{
    /// The type of a response that is posted at once.
    type Body: Serialize + Send + 'static;
    /// The type of a response that is streamed.
    type Stream: Stream<Item = Result<Self::Chunk, Self::StreamError>> + Unpin + Send + 'static;
    /// The type of a chunk of the stream.
    type Chunk: Into<Bytes> + Send + 'static;
    /// The type of an error of the stream.
    type StreamError: Into<Error> + Send + Debug + 'static;
}

// Otherwise the compiler would recommend `IntoFunctionResponse` and hide the message of this trait.
#[diagnostic::do_not_recommend]
impl<R, B, S, C, F> EventResponse<(B, S, C, F)> for R
where
    R: IntoFunctionResponse<B, S>,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<C, F>> + Unpin + Send + 'static,
    C: Into<Bytes> + Send + 'static,
    F: Into<Error> + Send + Debug + 'static,
{
    type Body = B;
    type Stream = S;
    type Chunk = C;
    type StreamError = F;
}

/// An error that can be sent to another thread.
#[diagnostic::on_unimplemented(
    message = "the error of a Lambda handler must be `Send`, and `{Self}` is not",
    label = "this handler's error is not `Send`",
    note = "instead of `Box<dyn Error>`, return `powertools::Error`, which is `Box<dyn Error + Send + Sync>`"
)]
pub trait SendError: Send + 'static {}

#[diagnostic::do_not_recommend]
impl<E: Send + 'static> SendError for E {}
