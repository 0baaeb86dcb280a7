use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use powertools_core::Invocation;

use crate::{buffer::Buffer, json::Members};

/// What the logger keeps for one invocation.
#[derive(Default)]
pub(crate) struct LogState {
    keys: Mutex<Keys>,
    buffer: Mutex<Buffer>,
    sampled: OnceLock<bool>,
    error_logged: AtomicBool,
    panic_logged: AtomicBool,
}

/// The keys that lines of one invocation carry.
#[derive(Default)]
pub(crate) struct Keys {
    /// The facts of the invocation, rendered by the logger of that id.
    pub(crate) facts: Option<(usize, Members)>,
    pub(crate) correlation_id: Option<String>,
    pub(crate) appended: Members,
}

impl LogState {
    pub(crate) fn of(invocation: &Invocation) -> &Self {
        invocation.extension_or_init(Self::default)
    }

    /// Locks the keys; nobody else's code may run under this lock.
    pub(crate) fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether this invocation is a sampled one, decided by `decide` the first time.
    pub(crate) fn sampled(&self, decide: impl FnOnce() -> bool) -> bool {
        *self.sampled.get_or_init(decide)
    }

    pub(crate) fn note_error(&self) {
        self.error_logged.store(true, Ordering::Relaxed);
    }

    pub(crate) fn error_logged(&self) -> bool {
        self.error_logged.load(Ordering::Relaxed)
    }

    pub(crate) fn note_panic(&self) {
        self.panic_logged.store(true, Ordering::Relaxed);
    }

    pub(crate) fn panic_logged(&self) -> bool {
        self.panic_logged.load(Ordering::Relaxed)
    }
}
