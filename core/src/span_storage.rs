use std::{
    fmt, mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::span::Id;

/// The number of slots, each for one span; must be a power of two.
const SLOTS: usize = 256;

/// The bit at which a registry's span id contains the number of the thread that created the span, above the index of
/// the span within the thread.
///
/// `sharded_slab` does not guarantee this layout. With a different one, more spans would find their slot taken, but
/// nothing else would change.
const THREAD: u32 = 38;

/// The owner of a free slot; no span has this id.
const NOBODY: u64 = 0;

/// Stores a value for each open span in reusable slots, because allocating a value in a span's extensions takes longer
/// than creating the span.
///
/// If the slot of a span is taken, the caller must store the value in the span's extensions instead.
pub struct SpanStorage<T>(Box<[Slot<T>]>);

/// The slot for the value of one span.
///
/// A slot is claimed under its lock, because several spans may want it. It is freed without the lock, because only the
/// span that owns it does so, and only once.
#[derive(Default)]
struct Slot<T> {
    owner: AtomicU64,
    value: Mutex<T>,
}

impl<T: Default> SpanStorage<T> {
    /// Creates free slots.
    pub fn new() -> Self {
        Self((0..SLOTS).map(|_| Slot::default()).collect())
    }

    /// Swaps `value` into the slot of `id`, and returns whether the slot was free.
    ///
    /// Afterwards, `value` contains the previous content of the slot, whose allocation can be reused.
    #[inline]
    pub fn insert(&self, id: &Id, value: &mut T) -> bool {
        self.insert_with(id, |own| mem::swap(own, value))
    }

    /// Claims the slot of `id`, and returns whether it was free.
    ///
    /// `change` receives the previous content of the slot and turns it into the new value; it is called while the slot
    /// is locked.
    #[inline]
    pub fn insert_with(&self, id: &Id, change: impl FnOnce(&mut T)) -> bool {
        let slot = self.slot(id);
        let mut own = slot.lock();
        let free = slot.owner.load(Ordering::Acquire) == NOBODY;
        if free {
            change(&mut own);
            slot.owner.store(id.into_u64(), Ordering::Release);
        }
        free
    }

    /// Returns the locked value of `id`, if it has a slot.
    #[inline]
    pub fn get(&self, id: &Id) -> Option<MutexGuard<'_, T>> {
        let slot = self.slot(id);
        // Checked before locking as well, so that a span without a slot does not wait for the owner of this one.
        if !slot.is_owned_by(id) {
            return None;
        }
        let value = slot.lock();
        // Before the lock was taken, another thread may have closed the span, and the slot may belong to a different
        // one.
        slot.is_owned_by(id).then_some(value)
    }

    /// Returns whether a span has a slot; this changes only if another thread closes the span.
    #[inline]
    pub fn has(&self, id: &Id) -> bool {
        self.slot(id).is_owned_by(id)
    }

    /// Returns the spans that have a slot, in no particular order; spans may be added and removed during the iteration.
    pub fn owners(&self) -> impl Iterator<Item = Id> {
        let owners = self.0.iter().map(|slot| slot.owner.load(Ordering::Acquire));
        owners.filter(|owner| *owner != NOBODY).map(Id::from_u64)
    }

    /// Frees the slot of a span that closes; the value stays in the slot, so that the next span can reuse it.
    pub fn free(&self, id: &Id) {
        let slot = self.slot(id);
        if slot.is_owned_by(id) {
            slot.owner.store(NOBODY, Ordering::Release);
        }
    }

    /// Frees the slot of a span that closes, and returns the span's value if it had a slot.
    #[inline]
    pub fn take(&self, id: &Id) -> Option<T> {
        let value = mem::take(&mut *self.get(id)?);
        self.free(id);
        Some(value)
    }

    #[inline]
    fn slot(&self, id: &Id) -> &Slot<T> {
        &self.0[Self::home(id.into_u64())]
    }

    /// Returns the index of a span's slot.
    ///
    /// The index of a span within its thread uses the bits from the lowest up, and the reversed thread number those
    /// from the highest down. So spans collide only if many threads have many open spans each.
    #[inline]
    fn home(id: u64) -> usize {
        let thread = (id >> THREAD) as u8;
        (id ^ u64::from(thread.reverse_bits())) as usize % SLOTS
    }
}

impl<T> Slot<T> {
    #[inline]
    fn is_owned_by(&self, id: &Id) -> bool {
        self.owner.load(Ordering::Acquire) == id.into_u64()
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Default> Default for SpanStorage<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for SpanStorage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanStorage").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_many_threads_get_slots() {
        for (threads, spans) in [(1, 256), (4, 64), (16, 16), (64, 4)] {
            let ids =
                (0..threads).flat_map(|it| (1..=spans).map(move |span| (it << THREAD) + span));
            let homes = ids.map(SpanStorage::<()>::home).collect::<std::collections::HashSet<_>>();
            assert_eq!(homes.len(), SLOTS, "{threads} threads with {spans} spans each");
        }
    }

    #[test]
    fn span_ids_contain_the_thread_number() {
        crate::testing::enable_all_callsites();
        let dispatch = tracing::Dispatch::new(tracing_subscriber::registry());
        let both = std::sync::Barrier::new(2);
        let id = || {
            tracing::dispatcher::with_default(&dispatch, || {
                // Both are made before either thread ends and leaves its number to the other.
                let id = tracing::info_span!("span").id().unwrap().into_u64();
                both.wait();
                id
            })
        };
        let (here, there) = std::thread::scope(|scope| {
            let there = scope.spawn(id);
            (id(), there.join().unwrap())
        });
        assert_ne!(here >> THREAD, there >> THREAD);
        assert_eq!(here & ((1 << THREAD) - 1), there & ((1 << THREAD) - 1));
    }

    #[test]
    fn slot_has_one_owner_at_a_time() {
        let slots = SpanStorage::new();
        let (first, second) = (Id::from_u64(1), Id::from_u64(1 + SLOTS as u64));
        assert!(slots.insert(&first, &mut "first"));
        assert!(!slots.insert(&second, &mut "second"));
        assert_eq!(
            (slots.get(&first).as_deref(), slots.get(&second).as_deref()),
            (Some(&"first"), None)
        );
        slots.free(&second);
        assert_eq!(slots.take(&first), Some("first"));
        assert!(slots.insert(&second, &mut "second"));
        assert_eq!(slots.take(&first), None);
    }
}
