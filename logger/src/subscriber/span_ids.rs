use std::sync::{Arc, OnceLock};

use powertools_core::SpanId;
use tracing::{Dispatch, Event, Subscriber, dispatcher::WeakDispatch};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// Finds the id that a tracer gave the span of an event.
///
/// It asks the registry itself: a layer with a filter is not shown the spans that the filter leaves out,
/// and levels of lines say nothing about spans that are traced.
#[derive(Clone, Debug, Default)]
pub(super) struct SpanIds(Arc<OnceLock<WeakDispatch>>);

impl SpanIds {
    pub(super) fn register(&self, dispatch: &Dispatch) {
        let _ = self.0.set(dispatch.downgrade());
    }

    pub(super) fn of_event(&self, event: &Event<'_>) -> Option<SpanId> {
        let dispatch = self.0.get()?.upgrade()?;
        let registry = dispatch.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        let contextual = || current.id().filter(|_| event.is_contextual());
        SpanId::of_span(&registry.span(event.parent().or_else(contextual)?)?)
    }
}
