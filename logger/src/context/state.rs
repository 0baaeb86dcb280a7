use std::sync::{
    Mutex, MutexGuard, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use powertools_core::Invocation;

use super::buffers::Buffers;
use crate::model::Members;

/// What loggers keep for one invocation.
#[derive(Default)]
pub(crate) struct LogState {
    keys: Mutex<Keys>,
    buffers: Mutex<Buffers>,
    draw: OnceLock<f64>,
    event_logged: AtomicBool,
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

impl Keys {
    pub(crate) fn set_correlation_id(&mut self, id: Option<String>) {
        self.correlation_id = id;
        // It is one of the facts.
        self.facts = None;
    }
}

impl LogState {
    pub(crate) fn of(invocation: &Invocation) -> &Self {
        invocation.extension_or_init(Self::default)
    }

    /// Locks the keys; no code of a user may run under this lock, because it may log.
    pub(crate) fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the buffers; no code of a user may run under this lock, because it may log.
    pub(crate) fn buffers(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether this invocation is one of the share that is sampled.
    ///
    /// One number is drawn for all loggers, so that what a lower rate samples a higher one does too.
    pub(crate) fn sampled(&self, rate: f64) -> bool {
        // It is below 1.0, so that a rate of 0 is never and of 1 always.
        *self.draw.get_or_init(fastrand::f64) < rate
    }

    /// Tells whether the event was not logged yet, and notes that it will be.
    pub(crate) fn is_first_event(&self) -> bool {
        !self.event_logged.swap(true, Ordering::Relaxed)
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
