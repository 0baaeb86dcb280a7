//! A store behind a network that delays, loses, repeats and refuses, as its weather says.

use std::{
    future::{Future, pending},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use super::{ledger::Write, plan::ms, round::World};
use crate::{Claim, ClaimOutcome, Lease, PersistenceStore, Record, StoreError, WriteOutcome};

/// The store as one delivery reaches it.
pub(super) struct SimulatedStore {
    pub(super) world: Arc<World>,
    pub(super) delivery: usize,
}

/// What the codec of the simulation writes before a result.
pub(super) const ENVELOPE: &str = "v1:";

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
struct Fate {
    there: Duration,
    arrives: bool,
    back: Duration,
    answer: Answer,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Given,
    /// The connection is silent.
    None,
    /// The connection breaks.
    Cut,
    Throttled,
    Forbidden,
    TooLarge,
}

impl SimulatedStore {
    /// Sends a request that `execute` serves, and waits for its answer.
    pub(super) async fn send<R, F, Fut>(
        &self,
        name: &'static str,
        execute: F,
    ) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: FnOnce(Arc<World>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<R, StoreError>> + Send + 'static,
    {
        let fate = self.world.fate(self.delivery, name);
        let (sender, answer) = oneshot::channel();
        if fate.arrives {
            let (world, delivery) = (self.world.clone(), self.delivery);
            // A request that is on its way arrives, also when its sender has died.
            tokio::spawn(async move {
                sleep(fate.there).await;
                world.note(|| format!("{delivery}: {name} arrives"));
                let executed = execute(world).await;
                sleep(fate.back).await;
                // A sender that has given up does not listen.
                let _ = sender.send(executed);
            });
        } else {
            sleep(fate.there + fate.back).await;
        }
        let unavailable = |what: &str| StoreError::Unavailable { what: what.into(), source: None };
        match fate.answer {
            Answer::Given => answer.await.unwrap_or_else(|_| Err(unavailable("it is gone"))),
            Answer::None => pending().await,
            Answer::Cut => {
                let _ = answer.await;
                Err(unavailable("the connection broke"))
            }
            Answer::Throttled => Err(unavailable("too many requests")),
            Answer::Forbidden => {
                Err(StoreError::Refused { what: "a permission is missing".into(), source: None })
            }
            Answer::TooLarge => Err(StoreError::TooLarge { bytes: 400_001 }),
        }
    }
}

/// Returns the number of the effect whose result this is, encoded or not.
pub(super) fn number_of(data: &str) -> Option<u64> {
    data.trim_start_matches(ENVELOPE).parse().ok()
}

impl World {
    fn fate(&self, delivery: usize, name: &'static str) -> Fate {
        let (call, since) = (self.next_call(), self.start.elapsed());
        let is_last = delivery == self.last();
        let weather = &self.plan.weather;
        let fate = self.with_rng(|rng| {
            let latency = weather.latency_ms;
            let (there, back) = (ms(rng.u64(0..=latency)), ms(rng.u64(0..=latency)));
            let fair = Fate { there, arrives: true, back, answer: Answer::Given };
            if is_last {
                return fair;
            }
            match &weather.silent {
                Some((silent, arrives)) if *silent == call => {
                    return Fate { arrives: *arrives, answer: Answer::None, ..fair };
                }
                _ => {}
            }
            if weather.outage.as_ref().is_some_and(|outage| outage.contains(&since)) {
                let answer = if weather.refuses { Answer::Cut } else { Answer::None };
                return Fate { arrives: false, answer, ..fair };
            }
            if rng.u8(0..100) < weather.faults { faulty(fair, name, rng) } else { fair }
        });
        self.note(|| format!("{delivery}: {name} is sent: {fate:?}"));
        if fate.answer == Answer::TooLarge {
            self.deliveries[delivery].has_repeated.store(true, Ordering::Relaxed);
        }
        match fate {
            Fate { arrives: true, there, .. } if there > ms(100) => self.count("late request"),
            Fate { arrives: false, answer: Answer::None, .. } => self.count("lost request"),
            _ => {}
        }
        fate
    }
}

fn faulty(fair: Fate, name: &'static str, rng: &mut fastrand::Rng) -> Fate {
    let late =
        |rng: &mut fastrand::Rng| ms([300, 2000, 20_000][rng.usize(0..3)] * rng.u64(1..=100) / 100);
    match rng.u8(0..15) {
        0..2 => Fate { arrives: false, answer: Answer::None, ..fair },
        2..4 => Fate { answer: Answer::None, ..fair },
        4..6 => Fate { there: late(rng), ..fair },
        6 => Fate { there: late(rng), answer: Answer::None, ..fair },
        7..9 => Fate { back: late(rng), ..fair },
        9 => Fate { arrives: false, answer: Answer::Cut, ..fair },
        10 => Fate { answer: Answer::Cut, ..fair },
        11..14 => Fate { arrives: false, answer: Answer::Throttled, ..fair },
        _ if name == "complete" && rng.bool() => {
            Fate { arrives: false, answer: Answer::TooLarge, ..fair }
        }
        _ if rng.u8(0..4) == 0 => Fate { arrives: false, answer: Answer::Forbidden, ..fair },
        _ => fair,
    }
}

impl PersistenceStore for SimulatedStore {
    async fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> Result<ClaimOutcome, StoreError> {
        let (key, delivery) = (key.to_owned(), self.delivery);
        let answer = self.send("claim", async move |world: Arc<World>| {
            let (before, until) = (world.memory.get(&key), claim.lease.until);
            let outcome = world.memory.claim(&key, now_ms, claim).await?;
            if outcome == ClaimOutcome::Granted {
                world.written(delivery, now_ms, before.as_ref(), &Write::Claim { until });
            }
            Ok(outcome)
        });
        let answer = answer.await;
        if answer.is_ok() {
            *self.world.deliveries[delivery].claim_answered.lock().unwrap() = Some(Instant::now());
        }
        answer
    }

    async fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (key, lease, data) = (key.to_owned(), lease.clone(), data.map(str::to_owned));
        let delivery = self.delivery;
        let number = data.as_deref().and_then(number_of);
        self.send("complete", async move |world: Arc<World>| {
            let (before, memory) = (world.memory.get(&key), &world.memory);
            let outcome =
                memory.complete(&key, now_ms, &lease, data.as_deref(), expires_at).await?;
            if outcome == WriteOutcome::Applied {
                world.written(delivery, now_ms, before.as_ref(), &Write::Complete { number });
            }
            Ok(outcome)
        })
        .await
    }

    async fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> Result<WriteOutcome, StoreError> {
        let (key, lease, delivery) = (key.to_owned(), lease.clone(), self.delivery);
        self.send("release", async move |world: Arc<World>| {
            let before = world.memory.get(&key);
            let outcome = world.memory.release(&key, now_ms, &lease).await?;
            if outcome == WriteOutcome::Applied {
                world.written(delivery, now_ms, before.as_ref(), &Write::Release);
            }
            Ok(outcome)
        })
        .await
    }

    async fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> Result<WriteOutcome, StoreError> {
        let (key, lease, delivery) = (key.to_owned(), lease.clone(), self.delivery);
        self.send("extend", async move |world: Arc<World>| {
            let before = world.memory.get(&key);
            let outcome = world.memory.extend(&key, now_ms, &lease, until, expires_at).await?;
            if outcome == WriteOutcome::Applied {
                world.written(delivery, now_ms, before.as_ref(), &Write::Extend { until });
            }
            Ok(outcome)
        })
        .await
    }

    async fn read(&self, key: &str) -> Result<Option<Record>, StoreError> {
        let key = key.to_owned();
        self.world.deliveries[self.delivery].has_repeated.store(true, Ordering::Relaxed);
        self.send("read", async move |world: Arc<World>| Ok(world.memory.get(&key))).await
    }
}
