use std::{
    collections::HashMap,
    future::{Future, ready},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Claim, ClaimOutcome, PersistenceStore, StoreError, WriteOutcome};
use crate::{
    Lease, Record,
    protocol::{Decision, Request, decide},
};

/// Keeps records in this process; clones share them.
///
/// For tests, and for effects that have to happen once in one process only. Records that have expired stay
/// until their key comes again or [`clear`](Self::clear) is called.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<String, Record>>>);

impl MemoryStore {
    /// Creates a store without records.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the record of `key`.
    pub fn get(&self, key: &str) -> Option<Record> {
        self.with(|records| records.get(key).cloned())
    }

    /// Puts a record under `key`, and replaces the one before.
    pub fn put(&self, key: &str, record: Record) {
        self.with(|records| records.insert(key.to_owned(), record));
    }

    /// Returns all keys, in no order.
    pub fn keys(&self) -> Vec<String> {
        self.with(|records| records.keys().cloned().collect())
    }

    /// Forgets all records.
    pub fn clear(&self) {
        self.with(HashMap::clear);
    }

    fn with<R>(&self, f: impl FnOnce(&mut HashMap<String, Record>) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decides and writes in one step; returns the record that was refused.
    fn apply(&self, key: &str, now_ms: u64, request: Request) -> Result<(), Option<Record>> {
        self.with(|records| {
            match decide(records.get(key), now_ms, request) {
                Decision::Write(record) => drop(records.insert(key.to_owned(), record)),
                Decision::Delete => drop(records.remove(key)),
                Decision::Refuse => return Err(records.get(key).cloned()),
            }
            Ok(())
        })
    }

    fn change(&self, key: &str, now_ms: u64, request: Request) -> WriteOutcome {
        match self.apply(key, now_ms, request) {
            Ok(()) => WriteOutcome::Applied,
            Err(_) => WriteOutcome::LeaseLost,
        }
    }
}

impl PersistenceStore for MemoryStore {
    fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> impl Future<Output = Result<ClaimOutcome, StoreError>> + Send {
        let Claim { lease, expires_at, validation } = claim;
        let request = Request::Claim { lease, expires_at, validation };
        ready(Ok(match self.apply(key, now_ms, request) {
            Err(Some(record)) => ClaimOutcome::Held(record),
            // A key without a record is never refused.
            Ok(()) | Err(None) => ClaimOutcome::Granted,
        }))
    }

    fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send {
        let (lease, data) = (lease.clone(), data.map(str::to_owned));
        ready(Ok(self.change(key, now_ms, Request::Complete { lease, data, expires_at })))
    }

    fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send {
        ready(Ok(self.change(key, now_ms, Request::Release { lease: lease.clone() })))
    }

    fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send {
        let request = Request::Extend { lease: lease.clone(), until, expires_at };
        ready(Ok(self.change(key, now_ms, request)))
    }

    fn read(&self, key: &str) -> impl Future<Output = Result<Option<Record>, StoreError>> + Send {
        ready(Ok(self.get(key)))
    }
}
