//! The operations that are alive in this process.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Prefixes of operations, and whether a second operation of each has been warned of. It is about the program and not
/// about an invocation.
static PREFIXES: Mutex<Option<HashMap<String, bool>>> = Mutex::new(None);

/// The registration of an operation, which ends when the last clone of the operation is dropped.
#[derive(Debug)]
pub(crate) struct Registration(String);

/// Another operation that is alive has the same prefix.
pub(crate) struct Duplicate {
    /// Whether it is the first one of that prefix, so that operations that are built for each call are warned of once.
    pub(crate) is_first: bool,
}

impl Registration {
    pub(crate) fn new(prefix: &str) -> Result<Self, Duplicate> {
        let mut prefixes = lock();
        let prefixes = prefixes.get_or_insert_default();
        match prefixes.get_mut(prefix) {
            Some(has_warned) => Err(Duplicate { is_first: !std::mem::replace(has_warned, true) }),
            None => {
                prefixes.insert(prefix.to_owned(), false);
                Ok(Self(prefix.to_owned()))
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        lock().get_or_insert_default().remove(&self.0);
    }
}

fn lock() -> MutexGuard<'static, Option<HashMap<String, bool>>> {
    PREFIXES.lock().unwrap_or_else(PoisonError::into_inner)
}
