use std::{
    future::{Future, ready},
    pin::pin,
};

use bytes::Bytes;
use http_body::Body;

use super::buffer::{BufferEnd, buffer};

/// A request body that an [`HttpLayer`](super::HttpLayer) can read and still give to the inner service.
///
/// `M` says how that is done, and the compiler infers it: [`Streamed`] or [`InMemory`]. Implement the trait with a
/// marker type of your own for a body that is neither.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read and given to the inner service again",
    note = "a request body must be an `http_body::Body` that is `From<Bytes>`, such as `axum::body::Body`, or be \
            `AsRef<[u8]>`, such as `lambda_http::Body`"
)]
pub trait RequestBody<M>: Sized {
    /// The body after it was read.
    type Read: AsRef<[u8]> + Send;

    /// Reads up to `max_bytes`.
    ///
    /// # Errors
    ///
    /// [`ReadError`], if the body is larger, or can't be read.
    fn read(self, max_bytes: usize) -> impl Future<Output = Result<Self::Read, ReadError>> + Send;

    /// Makes a body for the inner service again.
    fn restore(read: Self::Read) -> Self;
}

/// Marks a body that is read frame by frame and made again from its bytes, such as axum's. Trailers are dropped.
#[derive(Debug)]
pub enum Streamed {}

/// Marks a body that is in memory, such as the one of `lambda_http`. It stays as it is, text or binary.
#[derive(Debug)]
pub enum InMemory {}

/// Why a request's body can't be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is larger than the limit.
    #[error("the request's body is larger than the limit")]
    TooLarge,
    /// It ended with an error, such as where the client went away.
    #[error("the request's body could not be read")]
    Broken,
}

#[diagnostic::do_not_recommend]
impl<B> RequestBody<Streamed> for B
where
    B: Body + From<Bytes> + Send,
    B::Data: Send,
    B::Error: Send,
{
    type Read = Bytes;

    async fn read(self, max_bytes: usize) -> Result<Bytes, ReadError> {
        let buffer = buffer(&mut pin!(self), max_bytes).await;
        match buffer.end {
            BufferEnd::Complete => Ok(buffer.data()),
            BufferEnd::TooLarge => Err(ReadError::TooLarge),
            BufferEnd::Failed(_) => Err(ReadError::Broken),
        }
    }

    fn restore(read: Bytes) -> Self {
        Self::from(read)
    }
}

#[diagnostic::do_not_recommend]
impl<B: AsRef<[u8]> + Send> RequestBody<InMemory> for B {
    type Read = Self;

    fn read(self, max_bytes: usize) -> impl Future<Output = Result<Self, ReadError>> + Send {
        let is_too_large = self.as_ref().len() > max_bytes;
        ready(if is_too_large { Err(ReadError::TooLarge) } else { Ok(self) })
    }

    fn restore(read: Self) -> Self {
        read
    }
}
