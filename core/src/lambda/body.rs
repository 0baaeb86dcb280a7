use std::{
    any::type_name,
    error, fmt, mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use lambda_runtime::Error;

use super::{Failure, open_bodies::OpenBody};
use crate::{Invocation, Redaction, ScopedFuture};

/// Observes the body of a streaming response while it is sent; dropped when the body has ended.
///
/// `lambda_runtime` polls the body in a task that it spawns after the handler has returned. All methods are called in
/// the scope of the invocation, and the watch is dropped there, after the stream itself.
pub trait BodyWatch: Send + Unpin + 'static {
    /// Wraps one poll of the body.
    fn poll<R>(&mut self, poll: impl FnOnce() -> R) -> R {
        poll()
    }

    /// Called with the first error of the body.
    fn failed(&mut self, failure: Failure<'_>) {
        let _ = failure;
    }
}

/// The body of a streaming response, which belongs to its invocation until it ends.
///
/// Observers of an [`InvocationLayer`](super::InvocationLayer) are notified of the end of the invocation only after all
/// of its bodies have ended.
pub struct WatchedBody<S, W> {
    // Declared before `open`, so that the body is dropped before the invocation ends.
    inner: ScopedFuture<Inner<S, W>>,
    open: OpenBody,
}

impl<S, C, E, W> WatchedBody<S, W>
where
    S: Stream<Item = Result<C, E>> + Unpin,
    E: Into<Error>,
    W: BodyWatch,
{
    /// Creates a body of `invocation` from `stream`, observed by `watch`.
    pub fn new(invocation: &Invocation, stream: S, watch: W) -> Self {
        let open = OpenBody::new(invocation);
        let inner = invocation.scope_stream(Inner { stream, watch, has_failed: false });
        Self { inner, open }
    }
}

impl<S, C, E, W> Stream for WatchedBody<S, W>
where
    S: Stream<Item = Result<C, E>> + Unpin,
    E: Into<Error>,
    W: BodyWatch,
{
    type Item = Result<C, BodyError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let item = ready!(Pin::new(&mut this.inner).poll_next(cx));
        if item.is_none() {
            this.open.end();
        }
        Poll::Ready(item)
    }
}

struct Inner<S, W> {
    stream: S,
    watch: W,
    has_failed: bool,
}

impl<S, C, E, W> Stream for Inner<S, W>
where
    S: Stream<Item = Result<C, E>> + Unpin,
    E: Into<Error>,
    W: BodyWatch,
{
    type Item = Result<C, BodyError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { stream, watch, has_failed } = self.get_mut();
        let item = ready!(watch.poll(|| Pin::new(stream).poll_next(cx)));
        Poll::Ready(item.map(|result| {
            result.map_err(|error| {
                let error = BodyError::new(error);
                // `lambda_runtime` continues to poll after an error, so an error that repeats is reported only once.
                if !mem::replace(has_failed, true) {
                    watch.failed(error.describe());
                }
                error
            })
        }))
    }
}

/// The error of the body of a streaming response, with the name of its type.
///
/// `Display` shows the message of the original error without the secrets that [`Redaction`] finds by default, because
/// `lambda_runtime` sends it to the caller in the trailer of the response.
pub struct BodyError {
    error: Error,
    of_type: Option<&'static str>,
}

impl BodyError {
    fn new<E: Into<Error>>(error: E) -> Self {
        // If several utilities watch a body, the error is wrapped already.
        match error.into().downcast::<Self>() {
            Ok(known) => *known,
            Err(error) => Self { error, of_type: named_type::<E>() },
        }
    }

    /// Describes the error.
    pub fn describe(&self) -> Failure<'_> {
        Failure::Error(&*self.error, self.of_type)
    }
}

/// Returns the name of an error type, unless it is a type that hides errors of any other type.
fn named_type<E>() -> Option<&'static str> {
    const HIDING: [&str; 6] = [
        "alloc::boxed::Box<",
        "alloc::string::String",
        "alloc::borrow::Cow<",
        "&",
        "anyhow::",
        "eyre::",
    ];
    let name = type_name::<E>();
    let hides = HIDING.iter().any(|beginning| name.starts_with(beginning));
    (!hides).then_some(name)
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Redaction::default().text(&self.error.to_string()))
    }
}

impl fmt::Debug for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl error::Error for BodyError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.error.source()
    }
}

impl<S, W> fmt::Debug for WatchedBody<S, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchedBody").field("inner", &self.inner).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
