//! Where the rendered fields of open spans are kept.

use std::{
    fmt, mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::{Subscriber, span::Id};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::json::{Members, NO_NAMES, Names};

/// How many spans have a slot; a power of two.
const SLOTS: usize = 256;

/// The largest fields that have a slot, which keeps the memory when the span is gone.
const LARGEST: usize = 4 * 1024;

/// Fields in the extensions of their span.
pub(crate) struct SpanFields(pub(crate) Members);

/// Keeps the fields of open spans in slots that are used again, because making a home in a span's
/// extensions takes longer than making the span.
///
/// A span whose slot is taken, or whose fields are large, has them in its extensions after all.
pub(super) struct SpanStore(Box<[Slot]>);

/// Room for the fields of one span.
///
/// The owner changes from nobody to a span under the lock, and back without it: only the span that
/// owns a slot frees it, once.
#[derive(Default)]
struct Slot {
    owner: AtomicU64,
    fields: Mutex<Members>,
}

/// No span has this id.
const NOBODY: u64 = 0;

impl SpanStore {
    pub(super) fn new() -> Self {
        Self((0..SLOTS).map(|_| Slot::default()).collect())
    }

    /// Keeps the fields of a new span, and may leave other memory in their place.
    pub(super) fn insert<'a, S>(
        &self,
        id: &Id,
        fields: &mut Members,
        span: impl FnOnce() -> Option<SpanRef<'a, S>>,
    ) where
        S: Subscriber + LookupSpan<'a>,
    {
        if fields.len() <= LARGEST && self.slot(id).take(id, fields) {
            return;
        }
        if let Some(span) = span() {
            span.extensions_mut().replace(SpanFields(fields.clone()));
        }
    }

    /// Lets newer values win over the fields of a span.
    pub(super) fn update<'a, S>(&self, span: &SpanRef<'a, S>, newer: &Members)
    where
        S: Subscriber + LookupSpan<'a>,
    {
        if let Some(mut fields) = self.slot(&span.id()).fields_of(&span.id()) {
            return fields.update(newer);
        }
        let mut extensions = span.extensions_mut();
        match extensions.get_mut::<SpanFields>() {
            Some(fields) => fields.0.update(newer),
            None => extensions.insert(SpanFields(newer.clone())),
        }
    }

    /// Shows the fields of a span to `look`, which may not log, with the names that they must not have.
    #[inline]
    pub(super) fn look<'a, S>(
        &self,
        span: &SpanRef<'a, S>,
        reserved: &Names,
        look: impl FnOnce(&Members, &Names),
    ) where
        S: Subscriber + LookupSpan<'a>,
    {
        if let Some(fields) = self.slot(&span.id()).fields_of(&span.id()) {
            // This layer's own keys are free of reserved names since they were rendered.
            return look(&fields, &NO_NAMES);
        }
        if let Some(fields) = span.extensions().get::<SpanFields>() {
            look(&fields.0, reserved);
        }
    }

    /// Frees the slot of a span that closes.
    pub(super) fn remove(&self, id: &Id) {
        let slot = self.slot(id);
        if slot.is_owned_by(id) {
            slot.owner.store(NOBODY, Ordering::Release);
        }
    }

    #[inline]
    fn slot(&self, id: &Id) -> &Slot {
        // A registry's ids hold the thread's number above the place within the thread: both count.
        let id = id.into_u64();
        &self.0[(id ^ (id >> 32)) as usize % SLOTS]
    }
}

impl Slot {
    /// Takes the slot for a span, unless another one has it.
    fn take(&self, id: &Id, fields: &mut Members) -> bool {
        let mut own = self.lock();
        let free = self.owner.load(Ordering::Acquire) == NOBODY;
        if free {
            mem::swap(&mut *own, fields);
            self.owner.store(id.into_u64(), Ordering::Release);
        }
        free
    }

    /// Returns the fields, if they are those of `id`.
    #[inline]
    fn fields_of(&self, id: &Id) -> Option<MutexGuard<'_, Members>> {
        if !self.is_owned_by(id) {
            return None;
        }
        let fields = self.lock();
        // Another thread may have closed the span meanwhile, and given the slot to another one.
        self.is_owned_by(id).then_some(fields)
    }

    #[inline]
    fn is_owned_by(&self, id: &Id) -> bool {
        self.owner.load(Ordering::Acquire) == id.into_u64()
    }

    fn lock(&self) -> MutexGuard<'_, Members> {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SpanStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanStore").finish_non_exhaustive()
    }
}
