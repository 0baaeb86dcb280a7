use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};
use http_body::{Body, Frame};
use http_body_util::BodyExt;

/// What was read of a body.
pub(super) struct Buffer<E> {
    frames: VecDeque<Frame<Bytes>>,
    pub(super) end: BufferEnd<E>,
}

/// Why reading has ended.
pub(super) enum BufferEnd<E> {
    /// Nothing follows.
    Complete,
    /// The body is larger than the limit.
    TooLarge,
    /// The body has failed.
    Failed(E),
}

/// Reads a body until its end, or until it is larger than `max_bytes`.
pub(super) async fn buffer<B: Body + Unpin>(body: &mut B, max_bytes: usize) -> Buffer<B::Error> {
    let mut frames = VecDeque::new();
    let max_bytes = u64::try_from(max_bytes).unwrap_or(u64::MAX);
    if body.size_hint().lower() > max_bytes {
        return Buffer { frames, end: BufferEnd::TooLarge };
    }
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => into_bytes(frame),
            Err(error) => return Buffer { frames, end: BufferEnd::Failed(error) },
        };
        bytes += frame.data_ref().map_or(0, Bytes::len) as u64;
        frames.push_back(frame);
        if bytes > max_bytes {
            return Buffer { frames, end: BufferEnd::TooLarge };
        }
    }
    Buffer { frames, end: BufferEnd::Complete }
}

impl<E> Buffer<E> {
    /// Returns the data, which is copied only if it came in several frames.
    pub(super) fn data(&self) -> Bytes {
        let mut chunks = self.frames.iter().filter_map(Frame::data_ref);
        match (chunks.next(), chunks.next()) {
            (None, _) => Bytes::new(),
            (Some(only), None) => only.clone(),
            (Some(first), Some(second)) => {
                let mut data = BytesMut::from(&first[..]);
                data.extend_from_slice(second);
                chunks.for_each(|chunk| data.extend_from_slice(chunk));
                data.freeze()
            }
        }
    }

    pub(super) fn has_trailers(&self) -> bool {
        self.frames.iter().any(Frame::is_trailers)
    }

    pub(super) fn into_parts(self) -> (VecDeque<Frame<Bytes>>, BufferEnd<E>) {
        (self.frames, self.end)
    }
}

/// Converts the data of a frame, which costs nothing where it is `Bytes`.
pub(super) fn into_bytes<D: Buf>(frame: Frame<D>) -> Frame<Bytes> {
    frame.map_data(|mut data| data.copy_to_bytes(data.remaining()))
}
