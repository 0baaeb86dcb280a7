use tracing::{Dispatch, Span, span::Id};
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::Invocation;

/// The target of the span that each scope opens; filters should enable it at every level.
pub const INVOCATION_TARGET: &str = "powertools::invocation";

impl Invocation {
    /// Returns the invocation that `span` descends from.
    pub fn of_span<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Self> {
        span.scope().find_map(|span| Self::in_span(&span))
    }

    /// Returns the invocation that `span` itself carries, if a scope has opened the span.
    pub fn in_span<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Self> {
        let carries_one = span.metadata().target() == INVOCATION_TARGET;
        carries_one.then(|| span.extensions().get::<Self>().cloned()).flatten()
    }
}

/// Returns a span that carries `invocation` to its descendants: the current one if it already descends from that
/// invocation, or else a new one.
///
/// A new span has no parent, because the concurrent workers of `lambda_runtime` run inside a span that never ends. It
/// has the level ERROR, so that level filters do not separate its descendants from it. The span holds the invocation
/// and never the other way round, because otherwise neither would be freed.
pub(super) fn open(invocation: &Invocation) -> Span {
    if of_current_span().is_some_and(|current| current.is(invocation)) {
        return Span::current();
    }
    let span = tracing::error_span!(target: INVOCATION_TARGET, parent: None, "invocation");
    span.with_subscriber(|(id, dispatch)| {
        if let Some(span) = find(dispatch, id) {
            span.extensions_mut().replace(invocation.clone());
        }
    });
    span
}

fn find<'a>(dispatch: &'a Dispatch, id: &Id) -> Option<SpanRef<'a, Registry>> {
    dispatch.downcast_ref::<Registry>()?.span(id)
}

pub(super) fn of_current_span() -> Option<Invocation> {
    tracing::dispatcher::get_default(of_dispatch)
}

fn of_dispatch(dispatch: &Dispatch) -> Option<Invocation> {
    let current = dispatch.current_span();
    Invocation::of_span(&find(dispatch, current.id()?)?)
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt};

    use super::*;
    use crate::testing::enable_all_callsites;

    #[test]
    fn invocation_is_found_from_a_span_on_another_thread() {
        enable_all_callsites();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let span = Invocation::builder("a").build().in_scope(|| tracing::info_span!("work"));
            assert!(Invocation::current().is_none());
            let dispatch = tracing::dispatcher::get_default(Clone::clone);
            let found = std::thread::spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || span.in_scope(Invocation::current))
            });
            assert_eq!(found.join().unwrap().unwrap().request_id(), "a");
        });
    }

    #[test]
    fn root_span_is_not_a_child_of_a_worker_span() {
        enable_all_callsites();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let _worker = tracing::info_span!("worker").entered();
            Invocation::builder("a").build().in_scope(|| {
                tracing::dispatcher::get_default(|dispatch| {
                    let current = dispatch.current_span();
                    let registry = dispatch.downcast_ref::<Registry>().unwrap();
                    let span = registry.span(current.id().unwrap()).unwrap();
                    assert_eq!((span.name(), span.parent().is_none()), ("invocation", true));
                });
            });
        });
    }

    #[test]
    fn nested_scope_keeps_the_spans_between() {
        enable_all_callsites();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let invocation = Invocation::builder("a").build();
            invocation.in_scope(|| {
                let between = tracing::info_span!("between").entered();
                invocation.in_scope(|| assert_eq!(Span::current(), *between));
            });
        });
    }

    #[test]
    fn span_of_another_invocation_wins_over_the_scope() {
        enable_all_callsites();
        tracing::subscriber::with_default(tracing_subscriber::registry(), || {
            let (a, b) = (Invocation::builder("a").build(), Invocation::builder("b").build());
            let of_b = b.in_scope(|| tracing::info_span!("work"));
            a.in_scope(|| {
                assert!(of_b.in_scope(Invocation::current).is_some_and(|current| current.is(&b)));
                assert!(Invocation::current().is_some_and(|current| current.is(&a)));
            });
        });
    }

    #[test]
    fn invocation_ends_with_its_last_span() {
        enable_all_callsites();
        // A registry frees spans only on behalf of a layer.
        let registry = tracing_subscriber::registry().with(LevelFilter::TRACE);
        tracing::subscriber::with_default(registry, || {
            let invocation = Invocation::builder("a").build();
            let inner = std::sync::Arc::downgrade(&invocation.0);
            invocation.in_scope(|| ());
            drop(invocation);
            assert!(inner.upgrade().is_none());
        });
    }
}
