//! Reads the bodies that runtimes send.

use std::mem;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::outcome::FunctionError;
use crate::sandbox::Answer;

pub(super) const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";

/// Lambda's limit for a buffered response: 6 MiB and some space for its envelope.
pub(super) const MAX_BUFFERED: usize = 6_291_556;

/// Lambda's limit for a streamed response.
pub(super) const MAX_STREAMED: usize = 200 * 1024 * 1024;

/// A body, or the part of it that was received.
#[derive(Default)]
pub(super) struct Body {
    pub(super) chunks: Vec<Bytes>,
    trailers: HeaderMap,
    size: usize,
    broken: bool,
    limit: usize,
}

impl Body {
    /// Reads the whole body even if it is too large, because a client can't read a refusal before it has sent
    /// everything.
    pub(super) async fn read(mut incoming: Incoming, limit: usize) -> Self {
        let mut body = Self { limit, ..Self::default() };
        while let Some(frame) = incoming.frame().await {
            match frame.map(hyper::body::Frame::into_data) {
                Ok(Ok(data)) => body.push(data),
                Ok(Err(frame)) => body.trailers.extend(frame.into_trailers().unwrap_or_default()),
                Err(_) => body.broken = true,
            }
        }
        body
    }

    fn push(&mut self, data: Bytes) {
        self.size = self.size.saturating_add(data.len());
        if self.is_too_large() {
            self.chunks.clear();
        } else if !data.is_empty() {
            self.chunks.push(data);
        }
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.size > self.limit
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// The body in one piece.
    pub(super) fn into_bytes(self) -> Bytes {
        self.chunks.concat().into()
    }

    /// The response from a stream, with the error in its trailers, if any.
    pub(super) fn into_streamed(mut self) -> Answer {
        let chunks = mem::take(&mut self.chunks);
        if self.broken || self.is_too_large() {
            let message = "Response stream was truncated".to_owned();
            return Answer::Broken(
                chunks,
                FunctionError::new("Runtime.TruncatedResponse", message),
            );
        }
        match self.trailing_error() {
            Some(error) => Answer::Broken(chunks, error),
            None => Answer::Payload(chunks),
        }
    }

    fn trailing_error(&self) -> Option<FunctionError> {
        let error_type = self.trailers.get(ERROR_TYPE)?.to_str().ok()?;
        let raw = self.trailers.get(ERROR_BODY).map_or(&[][..], |value| value.as_bytes());
        let body = BASE64_STANDARD.decode(raw).unwrap_or_else(|_| raw.to_vec());
        Some(FunctionError::reported(body.into(), Some(error_type)))
    }
}
