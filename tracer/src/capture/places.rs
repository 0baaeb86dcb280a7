use powertools_core::{INVOCATION_TARGET, Invocation, SpanSlots};
use tracing::span::Id;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::Traced;

/// Where the open spans lie: each in a slot, or if that is taken, in the span's extensions.
#[derive(Debug, Default)]
pub(crate) struct Places(SpanSlots<Option<Traced>>);

impl Places {
    pub(super) fn insert<'a, R: LookupSpan<'a> + 'a>(
        &self,
        id: &Id,
        traced: Traced,
        span: impl FnOnce() -> Option<SpanRef<'a, R>>,
    ) {
        let mut traced = Some(traced);
        if self.0.insert(id, &mut traced) {
            return;
        }
        if let (Some(traced), Some(span)) = (traced, span()) {
            Self::keep_in(&span, traced);
        }
    }

    /// Keeps in the extensions of a span where it lies, for which there is no slot or need not be one.
    pub(super) fn keep_in<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>, traced: Traced) {
        span.extensions_mut().replace(traced);
    }

    /// Returns where a span lies, as far as slots can tell.
    #[inline]
    pub(super) fn in_slot(&self, id: &Id) -> Option<Traced> {
        self.0.get(id)?.clone()
    }

    /// Returns where a span lies.
    pub(crate) fn of<'a, R: LookupSpan<'a>>(&self, span: &SpanRef<'a, R>) -> Option<Traced> {
        self.in_slot(&span.id()).or_else(|| span.extensions().get::<Traced>().cloned())
    }

    /// Returns where a span, or its nearest ancestor that is traced, lies; or else the invocation.
    ///
    /// Those in between are too verbose to be traced: their children hang under who is.
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
        self.0.insert(&span.id(), &mut Some(traced.clone()));
        Some(traced)
    }

    /// Returns where a span that closes lay.
    pub(super) fn take<'a, R: LookupSpan<'a> + 'a>(
        &self,
        id: &Id,
        span: impl FnOnce() -> Option<SpanRef<'a, R>>,
    ) -> Option<Traced> {
        let in_slot = self.0.take(id).flatten();
        in_slot.or_else(|| span()?.extensions_mut().remove::<Traced>())
    }
}
