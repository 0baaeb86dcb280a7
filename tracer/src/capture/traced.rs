use std::sync::Arc;

use powertools_core::{Invocation, SpanId, SpanIds};
use tracing::{Dispatch, Metadata, span::Id};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::TraceLayer;
use crate::{
    record::SpanBuffer,
    trace::{SpanLocation, Trace},
    tracer::{Settings, trace_of},
};

/// Where a `tracing` span lies in its invocation's trace.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub(crate) trace: Arc<Trace>,
    /// `None` for the span that carries the invocation: what others hang under, and nothing to show.
    pub(crate) span: Option<SpanLocation>,
    /// Whether it comes from who hands spans on; it is not traced, and neither is what hangs under it.
    pub(super) is_hidden: bool,
}

impl Traced {
    /// Returns the place above all spans of an invocation, if it is traced.
    pub(super) fn invocation(invocation: &Invocation) -> Option<Self> {
        Some(Self { trace: trace_of(invocation)?.clone(), span: None, is_hidden: false })
    }

    /// Returns where the current span, or its nearest ancestor that is traced, lies.
    pub(crate) fn current() -> Option<Self> {
        tracing::dispatcher::get_default(|dispatch| {
            let span_index = &dispatch.downcast_ref::<TraceLayer>()?.settings().span_index;
            let current = dispatch.current_span();
            span_index.above(&find(dispatch, current.id()?)?)
        })
    }

    /// Returns where `span` itself lies.
    #[cfg(any(feature = "aws-sdk", feature = "http", feature = "lambda-runtime"))]
    pub(crate) fn of(span: &tracing::Span) -> Option<Self> {
        span.with_subscriber(|(id, dispatch)| {
            let span_index = &dispatch.downcast_ref::<TraceLayer>()?.settings().span_index;
            span_index.of(&find(dispatch, id)?)
        })?
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

    /// Adds to what the span carries; `write` may run anybody's code.
    pub(crate) fn add(&self, write: impl FnOnce(&mut SpanBuffer)) {
        if let Some(place) = self.span {
            SpanBuffer::with(|buffer| {
                write(buffer);
                self.trace.add(place, buffer);
            });
        }
    }

    /// Returns whether it lies in this trace.
    pub(super) fn is_in(&self, trace: &Arc<Trace>) -> bool {
        Arc::ptr_eq(&self.trace, trace)
    }

    /// Ends the span that nobody holds any longer, now unless it ended before.
    pub(super) fn close(&self, end: Option<u64>) {
        if let Some(place) = self.span {
            self.trace.close_span(place, end);
        }
    }

    /// Ends the span, though what was spawned in it may keep it open.
    #[cfg(any(feature = "http", feature = "lambda-runtime"))]
    pub(crate) fn end(&self) {
        if let Some(place) = self.span {
            self.trace.end_span(place);
        }
    }

    /// Makes the span a fault, because of the error that `write` writes as far as errors may be known.
    #[cfg(any(feature = "aws-sdk", feature = "http", feature = "lambda-runtime"))]
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

/// Tells whether a span that began here would belong to a sampled invocation.
#[cfg(any(feature = "aws-sdk", feature = "http"))]
pub(crate) fn is_sampled_here() -> bool {
    let parent = tracing::dispatcher::get_default(|dispatch| {
        let settings = dispatch.downcast_ref::<TraceLayer>()?.settings();
        if !settings.traces_any() {
            return None;
        }
        match dispatch.current_span().id() {
            Some(current) => settings.span_index.above(&find(dispatch, current)?),
            None => Traced::invocation(&Invocation::in_this_scope()?),
        }
    });
    parent.is_some()
}

/// Returns the innermost span around here whose target is not `dropped`.
#[cfg(feature = "aws-sdk")]
pub(crate) fn current_but(dropped: impl Fn(&str) -> bool) -> Option<Id> {
    tracing::dispatcher::get_default(|dispatch| {
        let current = dispatch.current_span();
        let mut scope = find(dispatch, current.id()?)?.scope();
        Some(scope.find(|span| !dropped(span.metadata().target()))?.id())
    })
}

impl SpanIds for Settings {
    fn id_of(&self, span: &SpanRef<'_, Registry>) -> Option<SpanId> {
        self.span_index.of(span)?.id()
    }
}

fn find<'a>(dispatch: &'a Dispatch, id: &Id) -> Option<SpanRef<'a, Registry>> {
    dispatch.downcast_ref::<Registry>()?.span(id)
}
