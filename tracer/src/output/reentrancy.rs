//! Whether this thread is exporting spans.

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

/// Runs an exporter, whose spans are not traced: they would have to be exported in turn.
pub(crate) fn run<R>(export: impl FnOnce() -> R) -> R {
    let _restored = Restored(RUNNING.replace(true));
    export()
}

/// Returns whether an exporter is running on this thread.
#[inline]
pub(crate) fn is_exporting() -> bool {
    RUNNING.get()
}
