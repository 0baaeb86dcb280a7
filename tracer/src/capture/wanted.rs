use std::{
    fmt, ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use tracing::Metadata;

/// How many call sites are remembered; a power of two.
const PLACES: usize = 256;

/// Set in a place where what comes from the call site is wanted; metadata lies at even addresses.
const WANTED: usize = 1;

/// Remembers which call sites' spans and errors are wanted, because comparing targets takes longer than making
/// a span.
///
/// A place holds an address and what was decided for it in one word, so there is nothing to lock. Call sites
/// that share a place are decided again.
pub(super) struct Wanted(Box<[AtomicUsize]>);

impl Wanted {
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicUsize::new(0)).collect())
    }

    /// Returns what was decided for a call site, or decides.
    #[inline]
    pub(super) fn get(
        &self,
        metadata: &'static Metadata<'static>,
        decide: impl FnOnce() -> bool,
    ) -> bool {
        let address = ptr::from_ref(metadata).addr();
        let place = &self.0[(address / align_of::<Metadata<'_>>()) % PLACES];
        let known = place.load(Ordering::Relaxed);
        if known & !WANTED == address {
            return known & WANTED != 0;
        }
        let wanted = decide();
        place.store(address | if wanted { WANTED } else { 0 }, Ordering::Relaxed);
        wanted
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted").finish_non_exhaustive()
    }
}
