use std::sync::Arc;

use powertools_core::{Invocation, SpanId};
use tracing::Metadata;

use super::{Trace, trace_of};
use crate::model::{SpanBuffer, SpanLocation};

/// Where a `tracing` span lies in its invocation's trace.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub(crate) trace: Arc<Trace>,
    /// `None` for the span that carries the invocation: what others hang under, and nothing to show.
    pub(crate) span: Option<SpanLocation>,
    /// Whether an exporter opened it; then it is not traced, and neither is a span below it.
    pub(crate) is_hidden: bool,
}

impl Traced {
    /// Returns the place above all spans of an invocation, if it is traced.
    pub(crate) fn invocation(invocation: &Invocation) -> Option<Self> {
        Some(Self { trace: trace_of(invocation)?.clone(), span: None, is_hidden: false })
    }

    /// Returns the span's id.
    pub(crate) fn id(&self) -> Option<SpanId> {
        Some(self.span?.id)
    }

    /// Tells whether it is known why the span failed.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn has_error(&self) -> bool {
        self.span.is_some_and(|place| self.trace.has_error(place))
    }

    /// Adds to what the span carries; `write` may run a user's code.
    pub(crate) fn add(&self, write: impl FnOnce(&mut SpanBuffer)) {
        if let Some(place) = self.span {
            SpanBuffer::with(|buffer| {
                write(buffer);
                self.trace.add(place, buffer);
            });
        }
    }

    /// Returns whether it lies in the trace at this address.
    pub(crate) fn is_in(&self, trace: usize) -> bool {
        self.trace.address() == trace
    }

    /// Ends the span whose last handle is gone, now unless it ended before.
    pub(crate) fn close(&self, end: Option<u64>) {
        if let Some(place) = self.span {
            self.trace.close_span(place, end);
        }
    }

    /// Ends the span, though what was spawned in it may keep it open.
    #[cfg(any(feature = "http-client", feature = "lambda-runtime"))]
    pub(crate) fn end(&self) {
        if let Some(place) = self.span {
            self.trace.end_span(place);
        }
    }

    /// Makes the span a fault, because of the error that `write` writes as far as errors may be known.
    #[cfg(any(feature = "aws-sdk", feature = "http-client", feature = "lambda-runtime"))]
    pub(crate) fn fail(
        &self,
        logged_at: Option<&'static Metadata<'static>>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.fail_at("", logged_at, write);
    }

    /// Makes the span a fault likewise, with the place of the error, `FILE:LINE`, unless it is that of the event.
    pub(crate) fn fail_at(
        &self,
        location: &str,
        logged_at: Option<&'static Metadata<'static>>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let capture = self.trace.capture();
        self.add(|buffer| {
            buffer.error(location, logged_at, capture, write);
            // What code logs may be said not to matter; what it returns can't be.
            if logged_at.is_none() {
                buffer.set_fault();
            }
        });
    }
}
