use futures_core::Stream;
use lambda_runtime::{Error, FunctionResponse, StreamResponse};
use serde::Serialize;

use super::{BodyWatch, WatchedBody, http_status::status_of};
use crate::Invocation;

/// A response that a handler may return, with the operations that utilities need.
///
/// It is implemented for every type that implements `Serialize`, for `StreamResponse`, and for `FunctionResponse`,
/// which is either of them. `Kind` only distinguishes these implementations and is inferred.
pub trait HandlerResponse<Kind>: Sized {
    /// The type that is serialized.
    type Body: Serialize + ?Sized;
    /// The response with its streaming body watched by a `W`; the same type if the response is posted at once.
    type Watched<W: BodyWatch>: HandlerResponse<Kind>;

    /// Returns the part of the response that is posted at once.
    fn body(&self) -> Option<&Self::Body>;

    /// Returns the HTTP status of the response, if it is an HTTP response.
    fn http_status(&self) -> Option<u16>;

    /// Watches the body of a streaming response until it ends; `watch` is not called for a response that is posted at
    /// once.
    fn watch_body<W: BodyWatch>(
        self,
        invocation: &Invocation,
        watch: impl FnOnce() -> W,
    ) -> Self::Watched<W>;
}

/// The kind of responses that are serialized and posted at once.
#[derive(Debug)]
pub enum Serialized {}

impl<T: Serialize> HandlerResponse<Serialized> for T {
    type Body = T;
    type Watched<W: BodyWatch> = T;

    fn body(&self) -> Option<&T> {
        Some(self)
    }

    fn http_status(&self) -> Option<u16> {
        status_of(self)
    }

    fn watch_body<W: BodyWatch>(self, _: &Invocation, _: impl FnOnce() -> W) -> T {
        self
    }
}

/// The kind of `StreamResponse`.
#[derive(Debug)]
pub enum Streamed {}

impl<S, C, E> HandlerResponse<Streamed> for StreamResponse<S>
where
    S: Stream<Item = Result<C, E>> + Unpin,
    E: Into<Error>,
{
    type Body = ();
    type Watched<W: BodyWatch> = StreamResponse<WatchedBody<S, W>>;

    fn body(&self) -> Option<&()> {
        None
    }

    fn http_status(&self) -> Option<u16> {
        Some(self.metadata_prelude.status_code.as_u16())
    }

    fn watch_body<W: BodyWatch>(
        self,
        invocation: &Invocation,
        watch: impl FnOnce() -> W,
    ) -> Self::Watched<W> {
        StreamResponse {
            metadata_prelude: self.metadata_prelude,
            stream: WatchedBody::new(invocation, self.stream, watch()),
        }
    }
}

/// The kind of `FunctionResponse`, the type that `lambda_runtime` posts.
#[derive(Debug)]
pub enum Posted {}

impl<T, S, C, E> HandlerResponse<Posted> for FunctionResponse<T, S>
where
    T: Serialize,
    S: Stream<Item = Result<C, E>> + Unpin,
    E: Into<Error>,
{
    type Body = T;
    type Watched<W: BodyWatch> = FunctionResponse<T, WatchedBody<S, W>>;

    fn body(&self) -> Option<&T> {
        match self {
            Self::BufferedResponse(body) => Some(body),
            Self::StreamingResponse(_) => None,
        }
    }

    fn http_status(&self) -> Option<u16> {
        match self {
            Self::BufferedResponse(body) => status_of(body),
            Self::StreamingResponse(response) => response.http_status(),
        }
    }

    fn watch_body<W: BodyWatch>(
        self,
        invocation: &Invocation,
        watch: impl FnOnce() -> W,
    ) -> Self::Watched<W> {
        match self {
            Self::BufferedResponse(body) => FunctionResponse::BufferedResponse(body),
            Self::StreamingResponse(response) => {
                FunctionResponse::StreamingResponse(response.watch_body(invocation, watch))
            }
        }
    }
}
