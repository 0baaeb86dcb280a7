//! Whether this thread is handing spans on just now.

use std::cell::Cell;

thread_local! {
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Puts back what was so before, also after a panic.
struct Restored(bool);

impl Drop for Restored {
    fn drop(&mut self) {
        RUNNING.set(self.0);
    }
}

/// Runs an exporter, whose own spans are not traced: they would have to be handed on in turn.
pub(crate) fn run<R>(export: impl FnOnce() -> R) -> R {
    let _restored = Restored(RUNNING.replace(true));
    export()
}

/// Tells whether this is code that hands spans on.
#[inline]
pub(crate) fn is_exporting() -> bool {
    RUNNING.get()
}
