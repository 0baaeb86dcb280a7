//! A store that does not answer, as behind a connection that a NAT gateway has forgotten.

use std::{
    future::{Future, pending},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use powertools_core::Clock;
use tokio::time::{Instant, sleep};

use crate::{
    MemoryStore, StoreError,
    testing::{InterceptedStore, Interceptor},
};

/// A memory store some of whose calls are never answered.
pub(super) type SilentStore = InterceptedStore<Silence>;

#[derive(Default)]
pub(super) struct Silence {
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
        let silent = Mutex::new(silent.into_iter().collect());
        Self::with(Silence { silent, ..Silence::default() })
    }

    /// Creates a store that carries out the first `count` calls of each name, and whose answers to them are lost.
    pub(super) fn losing(lost: impl IntoIterator<Item = (&'static str, usize)>) -> Self {
        let lost = Mutex::new(lost.into_iter().collect());
        Self::with(Silence { lost, ..Silence::default() })
    }

    /// Creates a store that carries out the first claim so much later, when nobody waits for its answer any more.
    pub(super) fn with_late_claim(delay: Duration) -> Self {
        Self::with(Silence { late_claim: Mutex::new(Some(delay)), ..Silence::default() })
    }

    /// Creates a store that answers; the environment is frozen for `period` while it claims.
    pub(super) fn frozen_while_claiming(clock: &TokioClock, period: Duration) -> Self {
        Self::with(Silence { frozen: Some((clock.clone(), period)), ..Silence::default() })
    }

    /// Returns the names of all calls so far.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.interceptor.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the store that keeps the records.
    pub(super) fn memory(&self) -> &MemoryStore {
        &self.memory
    }
}

impl Interceptor for Silence {
    async fn intercept<R, F>(&self, call: &'static str, execute: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Future<Output = Result<R, StoreError>> + Send + 'static,
    {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        hang(&self.silent, call).await;
        if call == "claim" {
            if let Some((clock, period)) = &self.frozen {
                clock.jump(*period);
            }
            let delay = self.late_claim.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(delay) = delay {
                tokio::spawn(async move {
                    sleep(delay).await;
                    execute.await
                });
                return pending().await;
            }
        }
        let answer = execute.await;
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
