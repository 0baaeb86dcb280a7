//! A store that does not answer, as behind a connection that a NAT gateway has forgotten.

use std::{
    future::pending,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use powertools_core::Clock;
use tokio::time::{Instant, sleep};

use crate::{
    Claim, ClaimOutcome, Lease, MemoryStore, PersistenceStore, Record, StoreError, WriteOutcome,
};

/// A memory store whose calls take time, some of them for ever.
#[derive(Default)]
pub(super) struct SilentStore {
    memory: MemoryStore,
    /// How many of the next calls get no answer, by their name.
    silent: Mutex<Vec<(&'static str, usize)>>,
    /// How many of the next calls are carried out, and their answers are lost.
    lost: Mutex<Vec<(&'static str, usize)>>,
    /// How much later the first claim is carried out, whose answer is lost.
    late_claim: Mutex<Option<Duration>>,
    /// Moves when claiming, as if the environment had been frozen.
    frozen: Option<(TokioClock, Duration)>,
    calls: Mutex<Vec<&'static str>>,
}

impl SilentStore {
    /// Creates a store that leaves the first `count` calls of each name unanswered.
    pub(super) fn new(silent: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        Self { silent: Mutex::new(silent.into_iter().collect()), ..Self::default() }
    }

    /// Creates a store that carries out the first `count` calls of each name, and whose answers to them are lost.
    pub(super) fn losing(lost: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        Self { lost: Mutex::new(lost.into_iter().collect()), ..Self::default() }
    }

    /// Creates a store that carries out the first claim so much later, when nobody waits for its answer any more.
    pub(super) fn with_late_claim(delay: Duration) -> Self {
        Self { late_claim: Mutex::new(Some(delay)), ..Self::default() }
    }

    /// Creates a store that answers; the environment is frozen for `period` while it claims.
    pub(super) fn frozen_while_claiming(clock: &TokioClock, period: Duration) -> Self {
        Self { frozen: Some((clock.clone(), period)), ..Self::default() }
    }

    /// Returns the names of all calls so far.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the store that keeps the records.
    pub(super) fn memory(&self) -> &MemoryStore {
        &self.memory
    }

    async fn answer(&self, call: &'static str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        hang(&self.silent, call).await;
    }

    /// Returns the answer, unless it is lost.
    async fn reply<R>(&self, call: &'static str, answer: R) -> R {
        hang(&self.lost, call).await;
        answer
    }
}

/// Never ends if one of the next calls of this name is not to get an answer.
async fn hang(planned: &Mutex<Vec<(&'static str, usize)>>, call: &'static str) {
    let hangs = {
        let mut planned = planned.lock().unwrap_or_else(PoisonError::into_inner);
        let left = planned.iter_mut().find(|(name, left)| *name == call && *left > 0);
        left.map(|(_, left)| *left -= 1).is_some()
    };
    if hangs {
        pending::<()>().await;
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
        let delay = self.late_claim.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(delay) = delay {
            let (memory, key) = (self.memory.clone(), key.to_owned());
            tokio::spawn(async move {
                sleep(delay).await;
                memory.claim(&key, now_ms, claim).await
            });
            return pending().await;
        }
        let answer = self.memory.claim(key, now_ms, claim).await;
        self.reply("claim", answer).await
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
        let answer = self.memory.complete(key, now_ms, lease, data, expires_at).await;
        self.reply("complete", answer).await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        self.answer("release").await;
        let answer = self.memory.release(key, now_ms, lease).await;
        self.reply("release", answer).await
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
        let answer = self.memory.extend(key, now_ms, lease, until, expires_at).await;
        self.reply("extend", answer).await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        self.answer("read").await;
        let answer = self.memory.read(key).await;
        self.reply("read", answer).await
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
