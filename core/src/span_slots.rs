use std::{
    fmt, mem,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tracing::span::Id;

/// How many spans have a slot; a power of two.
const SLOTS: usize = 256;

/// No span has this id.
const NOBODY: u64 = 0;

/// Keeps a value for each open span in slots that are used again, because making a home in a span's
/// extensions takes longer than making the span.
///
/// A span whose slot is taken finds no room here; its value goes into its extensions after all.
pub struct SpanSlots<T>(Box<[Slot<T>]>);

/// Room for the value of one span.
///
/// The owner changes from nobody to a span under the lock, and back without it: only the span that
/// owns a slot frees it, once.
#[derive(Default)]
struct Slot<T> {
    owner: AtomicU64,
    value: Mutex<T>,
}

impl<T: Default> SpanSlots<T> {
    /// Creates slots that nobody owns.
    pub fn new() -> Self {
        Self((0..SLOTS).map(|_| Slot::default()).collect())
    }

    /// Swaps `value` into the slot of `id`, and tells whether there was room.
    ///
    /// What the slot held before, memory perhaps, is left in `value`.
    #[inline]
    pub fn insert(&self, id: &Id, value: &mut T) -> bool {
        self.insert_with(id, |own| mem::swap(own, value))
    }

    /// Makes the slot of `id` its own, and tells whether there was room.
    ///
    /// `change` makes its value of what the slot held before; it runs under a lock.
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

    /// Returns the value of `id`, locked, if it is here.
    #[inline]
    pub fn get(&self, id: &Id) -> Option<MutexGuard<'_, T>> {
        let slot = self.slot(id);
        if !slot.is_owned_by(id) {
            return None;
        }
        let value = slot.lock();
        // Another thread may have closed the span meanwhile, and given the slot to another one.
        slot.is_owned_by(id).then_some(value)
    }

    /// Returns the spans that have a slot, in no order; others may come and go meanwhile.
    pub fn owners(&self) -> impl Iterator<Item = Id> {
        let owners = self.0.iter().map(|slot| slot.owner.load(Ordering::Acquire));
        owners.filter(|owner| *owner != NOBODY).map(Id::from_u64)
    }

    /// Frees the slot of a span that closes; its value stays, to be swapped for the next.
    pub fn free(&self, id: &Id) {
        let slot = self.slot(id);
        if slot.is_owned_by(id) {
            slot.owner.store(NOBODY, Ordering::Release);
        }
    }

    /// Frees the slot of a span that closes and returns its value, if it is here.
    #[inline]
    pub fn take(&self, id: &Id) -> Option<T> {
        let value = mem::take(&mut *self.get(id)?);
        self.free(id);
        Some(value)
    }

    #[inline]
    fn slot(&self, id: &Id) -> &Slot<T> {
        // A registry's ids hold the thread's number above the place within the thread: both count.
        let id = id.into_u64();
        &self.0[(id ^ (id >> 32)) as usize % SLOTS]
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

impl<T: Default> Default for SpanSlots<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for SpanSlots<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpanSlots").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_one_owner_at_a_time() {
        let slots = SpanSlots::new();
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
