use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::buffer::into_bytes;

/// The body of a response that has passed an [`HttpLayer`](super::HttpLayer): the inner service's body, or the bytes of
/// a record.
pub struct ResponseBody<B: Body> {
    /// What was already read of the body, and comes first.
    frames: VecDeque<Frame<Bytes>>,
    /// The error that reading has met, which comes next.
    error: Option<B::Error>,
    rest: Option<B>,
}

impl<B: Body> ResponseBody<B> {
    /// Creates a body of these bytes.
    pub(super) fn full(data: Bytes) -> Self {
        let frame = (!data.is_empty()).then(|| Frame::data(data));
        Self::from_frames(frame.into_iter().collect())
    }

    /// Creates a body that was read to its end.
    pub(super) fn from_frames(frames: VecDeque<Frame<Bytes>>) -> Self {
        Self { frames, error: None, rest: None }
    }

    /// Passes a body through.
    pub(super) fn pass_through(body: B) -> Self {
        Self::resume(VecDeque::new(), body)
    }

    /// Puts what was read of a body before its rest.
    pub(super) fn resume(frames: VecDeque<Frame<Bytes>>, rest: B) -> Self {
        Self { frames, error: None, rest: Some(rest) }
    }

    /// Ends a body with the error that reading it has met.
    pub(super) fn failed(frames: VecDeque<Frame<Bytes>>, error: B::Error) -> Self {
        Self { frames, error: Some(error), rest: None }
    }
}

impl<B: Body> Unpin for ResponseBody<B> {}

impl<B: Body + Unpin> Body for ResponseBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(error) = self.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        match &mut self.rest {
            None => Poll::Ready(None),
            Some(rest) => Pin::new(rest).poll_frame(cx).map_ok(into_bytes),
        }
    }

    fn is_end_stream(&self) -> bool {
        let rest_has_ended = self.rest.as_ref().is_none_or(Body::is_end_stream);
        self.frames.is_empty() && self.error.is_none() && rest_has_ended
    }

    fn size_hint(&self) -> SizeHint {
        let buffered: usize = self.frames.iter().filter_map(Frame::data_ref).map(Bytes::len).sum();
        let buffered = u64::try_from(buffered).unwrap_or(u64::MAX);
        let rest = match (&self.rest, &self.error) {
            (Some(rest), _) => rest.size_hint(),
            // A length that is known would let a server end the response before it meets the error.
            (None, Some(_)) => SizeHint::new(),
            (None, None) => SizeHint::with_exact(0),
        };
        let mut hint = SizeHint::new();
        hint.set_lower(rest.lower().saturating_add(buffered));
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(buffered));
        }
        hint
    }
}

impl<B: Body> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("frames", &self.frames.len()).finish_non_exhaustive()
    }
}
