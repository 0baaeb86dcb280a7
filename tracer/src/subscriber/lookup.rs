//! From a `tracing` span, or the current one, to its place in a trace.

#[cfg(any(feature = "aws-sdk", feature = "http-client"))]
use powertools_core::Invocation;
use tracing::{Dispatch, span::Id};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::TraceLayer;
use crate::context::Traced;

impl Traced {
    /// Returns where the current span, or its nearest ancestor that is traced, lies.
    pub(crate) fn current() -> Option<Self> {
        tracing::dispatcher::get_default(|dispatch| {
            let span_index = dispatch.downcast_ref::<TraceLayer>()?.span_index();
            let current = dispatch.current_span();
            span_index.above(&find(dispatch, current.id()?)?)
        })
    }

    /// Returns where `span` itself lies.
    #[cfg(any(feature = "aws-sdk", feature = "http-client", feature = "lambda-runtime"))]
    pub(crate) fn of(span: &tracing::Span) -> Option<Self> {
        span.with_subscriber(|(id, dispatch)| {
            let span_index = dispatch.downcast_ref::<TraceLayer>()?.span_index();
            span_index.of(&find(dispatch, id)?)
        })?
    }
}

/// Tells whether a span that began here would belong to a sampled invocation.
#[cfg(any(feature = "aws-sdk", feature = "http-client"))]
pub(crate) fn is_sampled_here() -> bool {
    let parent = tracing::dispatcher::get_default(|dispatch| {
        let layer = dispatch.downcast_ref::<TraceLayer>()?;
        if !layer.traces_any() {
            return None;
        }
        match dispatch.current_span().id() {
            Some(current) => layer.span_index().above(&find(dispatch, current)?),
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

fn find<'a>(dispatch: &'a Dispatch, id: &Id) -> Option<SpanRef<'a, Registry>> {
    dispatch.downcast_ref::<Registry>()?.span(id)
}
