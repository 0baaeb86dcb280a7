use std::collections::BinaryHeap;

use powertools_core::{INVOCATION_TARGET, Invocation};
use tracing::Dispatch;
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::LogLayer;

impl LogLayer {
    /// Returns the names of the spans that are open in an invocation, outer ones first.
    pub(crate) fn open_spans(
        &self,
        dispatch: &Dispatch,
        invocation: &Invocation,
    ) -> Vec<&'static str> {
        let Some(registry) = dispatch.downcast_ref::<Registry>() else {
            return Vec::new();
        };
        let spans = self.spans.open().filter_map(|id| registry.span(&id));
        let own = spans.filter(|span| is_inside(span, invocation));
        // A heap is less code than a sort.
        let own = own.map(|span| (span.scope().count(), span.name())).collect::<BinaryHeap<_>>();
        own.into_sorted_vec().into_iter().map(|(_, name)| name).collect()
    }
}

/// Tells whether a span descends from an invocation's own.
fn is_inside(span: &SpanRef<'_, Registry>, invocation: &Invocation) -> bool {
    span.metadata().target() != INVOCATION_TARGET
        && Invocation::of_span(span).is_some_and(|of| of.is(invocation))
}
