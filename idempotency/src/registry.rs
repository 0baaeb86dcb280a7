//! The operations that are alive in this process.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Prefixes of operations. It is about the program and not about an invocation.
static PREFIXES: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// The registration of an operation, which ends when the last clone of the operation is dropped.
#[derive(Debug)]
pub(crate) struct Registration(String);

impl Registration {
    /// Registers a prefix; `None` if another operation that is alive has the same.
    pub(crate) fn new(prefix: &str) -> Option<Self> {
        let is_new = lock().get_or_insert_default().insert(prefix.to_owned());
        is_new.then(|| Self(prefix.to_owned()))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        lock().get_or_insert_default().remove(&self.0);
    }
}

fn lock() -> MutexGuard<'static, Option<HashSet<String>>> {
    PREFIXES.lock().unwrap_or_else(PoisonError::into_inner)
}
