//! One delivery of an event.

use std::{
    io,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use fastrand::Rng;
use powertools_idempotency::{
    Attempt, Clock, Idempotency, IdempotencyError, OnInProgress, Outcome, PersistenceStore,
    StoreError,
};
use tokio::time::{sleep, timeout};

use super::{super::ledger::End, LEASE, SHORT_LEASE, Time, World, operation};

/// One delivery in a separate environment, which may die.
pub(super) async fn deliver<S: PersistenceStore + Clone>(
    world: Arc<World<S>>,
    key: String,
    time: Time,
    mut random: Rng,
) {
    sleep(Duration::from_millis(random.u64(0..60))).await;
    if random.u8(0..10) == 0 {
        time.pass(LEASE);
    }
    let lease = if random.u8(0..8) == 0 { SHORT_LEASE } else { LEASE };
    let policy = match random.u8(0..3) {
        0 => OnInProgress::Wait(Duration::from_millis(random.u64(0..200))),
        _ => OnInProgress::Refuse,
    };
    let orders = operation(&world.store, time.clone(), lease, policy);
    let delivery = Delivery { world: &world, key: &key, course: Course::random(&mut random), time };
    let life = match random.u8(0..10) {
        0 => Duration::from_millis(random.u64(0..50)),
        _ => Duration::from_secs(60),
    };
    match timeout(life, delivery.run(&orders)).await {
        Err(_) => world.count("crash"),
        Ok(Ok(outcome)) => delivery.given(outcome),
        Ok(Err(error)) => delivery.failed(error),
    }
}

/// What the work of a delivery comes to.
#[derive(Clone, Copy)]
pub(super) enum Course {
    Succeeds,
    Fails,
    /// With a result, after a while.
    TakesLong(Duration),
    /// So as well, and every lease ends meanwhile.
    Outlasts(Duration),
}

impl Course {
    pub(super) fn random(random: &mut Rng) -> Self {
        let duration = Duration::from_millis(random.u64(0..50));
        match random.u8(0..10) {
            0..2 => Self::Fails,
            2..4 => Self::TakesLong(duration),
            4..6 => Self::Outlasts(duration),
            _ => Self::Succeeds,
        }
    }
}

impl Course {
    /// Takes it as far as the effect.
    pub(super) async fn take(self, time: &Time) -> io::Result<()> {
        match self {
            Self::Fails => return Err(io::Error::other("as planned")),
            Self::TakesLong(duration) => sleep(duration).await,
            Self::Outlasts(duration) => {
                time.pass(LEASE);
                sleep(duration).await;
            }
            Self::Succeeds => tokio::task::yield_now().await,
        }
        Ok(())
    }
}

pub(super) struct Delivery<'a, S> {
    pub(super) world: &'a World<S>,
    pub(super) key: &'a str,
    pub(super) course: Course,
    pub(super) time: Time,
}

type Failure = IdempotencyError<u64, io::Error>;

impl<S: PersistenceStore> Delivery<'_, S> {
    pub(super) async fn run(&self, orders: &Idempotency<S>) -> Result<Outcome<u64>, Failure> {
        orders.call(&()).key(self.key).try_run_with(async |attempt| self.work(attempt).await).await
    }

    async fn work(&self, attempt: Attempt<S>) -> io::Result<u64> {
        let ledger = &self.world.ledger;
        let since = self.time.now().duration_since(UNIX_EPOCH).unwrap();
        let now_ms = u64::try_from(since.as_millis()).unwrap();
        let number = ledger.begin(self.key, attempt.lease().unwrap(), now_ms);
        let taken = self.course.take(&self.time).await;
        ledger.end(self.key, number, if taken.is_ok() { End::Succeeded } else { End::Failed });
        taken.map(|()| number)
    }

    pub(super) fn given(&self, outcome: Outcome<u64>) {
        self.world.count(if outcome.is_replayed() { "Replayed" } else { "Fresh" });
        self.world.ledger.give(self.key, outcome.into_inner());
    }

    /// Every error is one that its documentation leads to expect.
    fn failed(&self, error: Failure) {
        let name = match &error {
            IdempotencyError::Failed(_) => "Failed",
            IdempotencyError::InProgress { .. } => "InProgress",
            IdempotencyError::LeaseLost { .. } => "LeaseLost",
            IdempotencyError::NotRecorded { source: StoreError::Unavailable { .. }, .. } => {
                "NotRecorded"
            }
            IdempotencyError::Store { source: StoreError::Unavailable { .. }, .. } => "Store",
            _ => return self.world.ledger.note(format!("{}: {error}", self.key)),
        };
        self.world.count(name);
    }
}
