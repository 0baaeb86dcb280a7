use std::sync::atomic::{AtomicUsize, Ordering};

use powertools_core::{INVOCATION_TARGET, Invocation, SpanId, SpanIds, SpanStorage};
use tracing::span::Id;
use tracing_subscriber::registry::{LookupSpan, Registry, SpanRef};

use super::exits::Exits;
use crate::{context::Traced, model::SpanLocation, pipeline::OpenSpans};

/// Where the open spans lie: each in a slot, or if that is taken, in the span's extensions.
#[derive(Debug, Default)]
pub(crate) struct SpanIndex {
    slots: SpanStorage<Option<Open>>,
    /// How many spans found their slot taken.
    without_slot: AtomicUsize,
}

/// What is kept of an open span.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) traced: Traced,
    pub(super) exits: Exits,
}

impl SpanIndex {
    pub(super) fn insert<'a, R: LookupSpan<'a> + 'a>(
        &self,
        id: &Id,
        traced: Traced,
        span: impl FnOnce() -> Option<SpanRef<'a, R>>,
    ) {
        let mut open = Some(Open { traced, exits: Exits::new() });
        if self.slots.insert(id, &mut open) {
            return;
        }
        if let (Some(open), Some(span)) = (open, span()) {
            self.without_slot.fetch_add(1, Ordering::Relaxed);
            span.extensions_mut().replace(open);
        }
    }

    /// Keeps in the extensions of a span that it is hidden: such a span needs no slot.
    pub(super) fn hide<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, hidden: Traced) {
        span.extensions_mut().replace(Open { traced: hidden, exits: Exits::new() });
    }

    /// Returns where a span lies, as far as slots can tell.
    // The value is cloned, one count of the trace, so that the slot's lock is not held while the caller renders fields.
    #[inline]
    pub(super) fn in_slot(&self, id: &Id) -> Option<Traced> {
        self.slots.get(id)?.as_ref().map(|open| open.traced.clone())
    }

    /// Returns where a span lies.
    pub(crate) fn of<'a, R: LookupSpan<'a>>(&self, span: &SpanRef<'a, R>) -> Option<Traced> {
        let in_extensions =
            || span.extensions().get::<Open>().map(|Open { traced, .. }| traced.clone());
        self.in_slot(&span.id()).or_else(in_extensions)
    }

    /// Returns whether a span may be traced; `false` is certain.
    ///
    /// As long as all spans found a slot, this saves a look at the registry for each exit of a span that is not traced.
    #[inline]
    pub(super) fn has(&self, id: &Id) -> bool {
        self.slots.has(id) || self.without_slot.load(Ordering::Relaxed) > 0
    }

    /// Runs `f` with the exits of a span, if it is traced; `f` runs under a lock.
    #[inline]
    pub(super) fn with_exits<'a, R: LookupSpan<'a> + 'a, T>(
        &self,
        id: &Id,
        span: impl FnOnce() -> Option<SpanRef<'a, R>>,
        f: impl FnOnce(&mut Exits) -> T,
    ) -> Option<T> {
        if let Some(mut open) = self.slots.get(id) {
            return open.as_mut().map(|open| f(&mut open.exits));
        }
        let span = span()?;
        let mut extensions = span.extensions_mut();
        extensions.get_mut::<Open>().map(|open| f(&mut open.exits))
    }

    /// Returns where a span, or its nearest ancestor that is traced, lies; or else the invocation.
    ///
    /// Those in between are too verbose to be traced, so their children hang under the nearest one that is. The invocation's
    /// span comes last: it has no traced span above it, since it has no parent.
    pub(crate) fn above<'a, R: LookupSpan<'a>>(&self, span: &SpanRef<'a, R>) -> Option<Traced> {
        for span in span.scope() {
            if let Some(traced) = self.of(&span) {
                return Some(traced);
            }
            if span.metadata().target() == INVOCATION_TARGET {
                return self.keep_invocation(&span);
            }
        }
        None
    }

    /// Finds the trace of the invocation that a span carries, and keeps it where the next one finds it
    /// sooner.
    fn keep_invocation<'a, R: LookupSpan<'a>>(&self, span: &SpanRef<'a, R>) -> Option<Traced> {
        let traced = Traced::invocation(&Invocation::in_span(span)?)?;
        let open = Open { traced: traced.clone(), exits: Exits::new() };
        self.slots.insert(&span.id(), &mut Some(open));
        Some(traced)
    }

    /// Returns what was kept of a span that closes.
    pub(super) fn take<'a, R: LookupSpan<'a> + 'a>(
        &self,
        id: &Id,
        span: impl FnOnce() -> Option<SpanRef<'a, R>>,
    ) -> Option<Open> {
        if let Some(in_slot) = self.slots.take(id) {
            return in_slot;
        }
        let open = span()?.extensions_mut().remove::<Open>()?;
        if !open.traced.is_hidden {
            self.without_slot.fetch_sub(1, Ordering::Relaxed);
        }
        Some(open)
    }
}

impl OpenSpans for SpanIndex {
    /// Leaves out spans that found their slot taken.
    fn returned(&self, trace: usize, is_closed: bool) -> Vec<(SpanLocation, u64)> {
        let returned = |id| {
            let open = self.slots.get(&id)?;
            let Open { traced, exits } = open.as_ref().filter(|it| it.traced.is_in(trace))?;
            Some((traced.span?, exits.returned_at(is_closed)?))
        };
        self.slots.owners().filter_map(returned).collect()
    }
}

impl SpanIds for SpanIndex {
    fn id_of(&self, span: &SpanRef<'_, Registry>) -> Option<SpanId> {
        self.of(span)?.id()
    }
}
