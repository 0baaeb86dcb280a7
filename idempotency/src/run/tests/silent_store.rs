//! A store that does not answer, as behind a connection that a NAT gateway has forgotten.

use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use powertools_core::Clock;
use tokio::time::Instant;

use crate::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

/// A memory store whose calls take time, some of them for ever.
#[derive(Default)]
pub(super) struct SilentStore {
    memory: MemoryStore,
    /// How many of the next calls get no answer, by their name.
    silent: Mutex<Vec<(&'static str, usize)>>,
    /// Moves when claiming, as if the environment had been frozen.
    frozen: Option<(TokioClock, Duration)>,
    calls: Mutex<Vec<&'static str>>,
}

impl SilentStore {
    /// Creates a store that leaves the first `count` calls of each name unanswered.
    pub(super) fn new(silent: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        Self { silent: Mutex::new(silent.into_iter().collect()), ..Self::default() }
    }

    /// Creates a store that answers; the environment is frozen for `period` while it claims.
    pub(super) fn frozen_while_claiming(clock: &TokioClock, period: Duration) -> Self {
        Self { frozen: Some((clock.clone(), period)), ..Self::default() }
    }

    /// Returns the names of all calls so far.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn answer(&self, call: &'static str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        let is_silent = {
            let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
            let left = silent.iter_mut().find(|(name, left)| *name == call && *left > 0);
            left.map(|(_, left)| *left -= 1).is_some()
        };
        if is_silent {
            pending::<()>().await;
        }
    }
}

impl PersistenceStore for SilentStore {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        self.answer("claim").await;
        if let Some((clock, period)) = &self.frozen {
            clock.jump(*period);
        }
        self.memory.claim(key, now_ms, claim).await
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        self.answer("complete").await;
        self.memory.complete(key, now_ms, lease, data, expires_at).await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        self.answer("release").await;
        self.memory.release(key, now_ms, lease).await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        self.answer("extend").await;
        self.memory.extend(key, now_ms, lease, until, expires_at).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.answer("read").await;
        self.memory.read(key).await
    }
}

/// A clock that moves with tokio's, so that a test with paused time owns both; clones share one time.
#[derive(Clone)]
pub(super) struct TokioClock {
    start: Arc<Mutex<SystemTime>>,
    at: Instant,
}

impl TokioClock {
    pub(super) fn new() -> Self {
        Self { start: Arc::new(Mutex::new(SystemTime::now())), at: Instant::now() }
    }

    fn jump(&self, period: Duration) {
        *self.start.lock().unwrap_or_else(PoisonError::into_inner) += period;
    }
}

impl Clock for TokioClock {
    fn now(&self) -> SystemTime {
        *self.start.lock().unwrap_or_else(PoisonError::into_inner) + self.at.elapsed()
    }
}
