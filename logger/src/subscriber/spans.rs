//! Where the rendered fields of open spans are kept.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tracing::{Subscriber, span::Id};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::json::Members;

/// How many spans have a slot; a power of two.
const SLOTS: usize = 256;

/// What a slot may keep of a span that is gone.
const KEPT_BYTES: usize = 4 * 1024;

/// Fields in the extensions of their span.
pub(crate) struct SpanFields(pub(crate) Members);

/// Keeps the fields of open spans in slots that are used again, because making a home in a span's
/// extensions takes longer than making the span.
///
/// A span whose slot is taken has its fields in its extensions after all.
pub(super) struct SpanStore(Box<[Mutex<Slot>]>);

#[derive(Default)]
struct Slot {
    owner: Option<Id>,
    fields: Members,
}

impl SpanStore {
    pub(super) fn new() -> Self {
        Self((0..SLOTS).map(|_| Mutex::default()).collect())
    }

    /// Keeps the fields of a new span.
    pub(super) fn insert<'a, S>(
        &self,
        id: &Id,
        fields: &Members,
        span: impl FnOnce() -> Option<SpanRef<'a, S>>,
    ) where
        S: Subscriber + LookupSpan<'a>,
    {
        let mut slot = self.slot(id);
        if slot.owner.is_none() {
            slot.owner = Some(id.clone());
            slot.fields.clone_from(fields);
            return;
        }
        drop(slot);
        if let Some(span) = span() {
            span.extensions_mut().replace(SpanFields(fields.clone()));
        }
    }

    /// Lets newer values win over the fields of a span.
    pub(super) fn update<'a, S>(&self, span: &SpanRef<'a, S>, newer: &Members)
    where
        S: Subscriber + LookupSpan<'a>,
    {
        let mut slot = self.slot(&span.id());
        if slot.owner == Some(span.id()) {
            return slot.fields.update(newer);
        }
        drop(slot);
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<SpanFields>() {
            Some(fields) => fields.0.update(newer),
            None => extensions.insert(SpanFields(newer.clone())),
        }
    }

    /// Shows the fields of a span to `look`, which may not log.
    #[inline]
    pub(super) fn look<'a, S>(&self, span: &SpanRef<'a, S>, look: impl FnOnce(&Members))
    where
        S: Subscriber + LookupSpan<'a>,
    {
        let slot = self.slot(&span.id());
        if slot.owner == Some(span.id()) {
            return look(&slot.fields);
        }
        drop(slot);
        if let Some(fields) = span.extensions().get::<SpanFields>() {
            look(&fields.0);
        }
    }

    /// Frees the slot of a span that closes.
    pub(super) fn remove(&self, id: &Id) {
        let mut slot = self.slot(id);
        if slot.owner.as_ref() == Some(id) {
            slot.owner = None;
            slot.fields.clear();
            slot.fields.shrink(KEPT_BYTES);
        }
    }

    #[inline]
    fn slot(&self, id: &Id) -> MutexGuard<'_, Slot> {
        // A registry's ids hold the thread's number above the place within the thread: both count.
        let id = id.into_u64();
        let at = (id ^ (id >> 32)) as usize % SLOTS;
        self.0[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SpanStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanStore").finish_non_exhaustive()
    }
}
