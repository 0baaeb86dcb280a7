use std::{
    fmt, ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use tracing::Metadata;

/// How many call sites are remembered; a power of two.
const PLACES: usize = 256;

/// Set in a place where what comes from the call site is wanted; metadata lies at addresses that leave two bits free.
const WANTED: usize = 1;

/// Set in a place where a field of the call site is not shown as it is.
const GUARDED: usize = 2;

const _: () = assert!(align_of::<Metadata<'_>>() > WANTED | GUARDED);

/// What was decided for a call site.
#[derive(Clone, Copy)]
pub(super) struct Decision {
    pub(super) is_wanted: bool,
    /// Whether a field is redacted or left out because of its name.
    pub(super) is_guarded: bool,
}

/// Remembers which call sites' spans and errors are wanted, because comparing targets takes longer than making
/// a span.
///
/// A place holds an address and what was decided for it in one word, so there is nothing to lock. Call sites
/// that share a place are decided again.
pub(super) struct CallsiteFilter(Box<[AtomicUsize]>);

impl CallsiteFilter {
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicUsize::new(0)).collect())
    }

    /// Returns what was decided for a call site, or decides.
    #[inline]
    pub(super) fn get(
        &self,
        metadata: &'static Metadata<'static>,
        decide: impl FnOnce() -> Decision,
    ) -> Decision {
        let address = ptr::from_ref(metadata).addr();
        let place = &self.0[(address / align_of::<Metadata<'_>>()) % PLACES];
        let known = place.load(Ordering::Relaxed);
        if known & !(WANTED | GUARDED) == address {
            return Decision { is_wanted: known & WANTED != 0, is_guarded: known & GUARDED != 0 };
        }
        let decision = decide();
        let wanted = if decision.is_wanted { WANTED } else { 0 };
        let guarded = if decision.is_guarded { GUARDED } else { 0 };
        place.store(address | wanted | guarded, Ordering::Relaxed);
        decision
    }
}

impl fmt::Debug for CallsiteFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallsiteFilter").finish_non_exhaustive()
    }
}
