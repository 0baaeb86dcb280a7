use std::sync::Arc;

use powertools_core::{INVOCATION_TARGET, Invocation};
use tracing::{Dispatch, span::Id};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use crate::{record::Draft, trace::Trace};

/// Where a `tracing` span lies in its invocation's trace; kept in the span's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub(crate) trace: Arc<Trace>,
    pub(crate) index: u32,
}

/// Whose child a new span is.
pub(super) enum Parent {
    Span(Traced),
    Invocation(Arc<Trace>),
}

impl Traced {
    /// Returns where `span`, or its nearest ancestor that is traced, lies.
    pub(crate) fn of_span<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Self> {
        match Parent::of(span)? {
            Parent::Span(traced) => Some(traced),
            Parent::Invocation(_) => None,
        }
    }

    /// Returns where the current span, or its nearest ancestor that is traced, lies.
    pub(crate) fn current() -> Option<Self> {
        tracing::dispatcher::get_default(|dispatch| {
            let current = dispatch.current_span();
            Self::of_span(&find(dispatch, current.id()?)?)
        })
    }

    /// Returns where `span` itself lies.
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "asked by a layer"))]
    pub(crate) fn of(span: &tracing::Span) -> Option<Self> {
        span.with_subscriber(|(id, dispatch)| {
            find(dispatch, id)?.extensions().get::<Self>().cloned()
        })?
    }

    /// Adds to what the span carries; `write` may run anybody's code.
    pub(crate) fn add(&self, write: impl FnOnce(&mut Draft)) {
        Draft::with(|draft| {
            write(draft);
            self.trace.add(self.index, draft);
        });
    }
}

impl Parent {
    /// Looks from `span` to the root for one that is traced, or the invocation.
    ///
    /// Those in between are too verbose to be traced: their children hang under who is.
    pub(super) fn of<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Self> {
        for span in span.scope() {
            if let Some(traced) = span.extensions().get::<Traced>() {
                return Some(Self::Span(traced.clone()));
            }
            if span.metadata().target() == INVOCATION_TARGET {
                return Self::of_invocation(&Invocation::in_span(&span)?);
            }
        }
        None
    }

    pub(super) fn of_invocation(invocation: &Invocation) -> Option<Self> {
        let trace = invocation.extension::<Option<Arc<Trace>>>()?.clone()?;
        Some(Self::Invocation(trace))
    }

    pub(super) fn trace(&self) -> &Arc<Trace> {
        match self {
            Self::Span(traced) => &traced.trace,
            Self::Invocation(trace) => trace,
        }
    }

    pub(super) fn index(&self) -> Option<u32> {
        match self {
            Self::Span(traced) => Some(traced.index),
            Self::Invocation(_) => None,
        }
    }
}

fn find<'a>(dispatch: &'a Dispatch, id: &Id) -> Option<SpanRef<'a, Registry>> {
    dispatch.downcast_ref::<Registry>()?.span(id)
}
