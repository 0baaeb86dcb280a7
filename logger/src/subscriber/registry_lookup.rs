use std::sync::{Arc, OnceLock};

use powertools_core::{SpanId, SpanIds};
use tracing::{Dispatch, Event, Subscriber, dispatcher::WeakDispatch};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// The registry, with spans that the logger's own filter leaves out.
///
/// A layer with a filter is not shown those, and levels of lines say nothing about spans that are traced.
#[derive(Clone, Debug, Default)]
pub(super) struct RegistryLookup(Arc<OnceLock<WeakDispatch>>);

impl RegistryLookup {
    pub(super) fn register(&self, dispatch: &Dispatch) {
        let _ = self.0.set(dispatch.downgrade());
    }

    /// Returns the id that a tracer gave the span of an event, or the nearest of its ancestors.
    pub(super) fn id_of_event(&self, event: &Event<'_>, ids: &dyn SpanIds) -> Option<SpanId> {
        let dispatch = self.0.get()?.upgrade()?;
        let registry = dispatch.downcast_ref::<Registry>()?;
        let current = registry.current_span();
        let contextual = || current.id().filter(|_| event.is_contextual());
        let span = registry.span(event.parent().or_else(contextual)?)?;
        span.scope().find_map(|span| ids.id_of(&span))
    }
}
