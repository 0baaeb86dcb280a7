//! Playing a round.

#[cfg(feature = "dynamodb")]
use std::collections::HashSet;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use fastrand::Rng;
use tokio::{
    runtime::Builder,
    task::JoinSet,
    time::{Instant, sleep},
};

use super::{
    Configure,
    delivery::deliver,
    ledger::{Ledger, Write},
    plan::RoundPlan,
    properties::{KEPT, Violation},
    time::SkewedClock,
};
use crate::{MemoryStore, Record};

/// Longer than any lease, and than any request is on its way.
pub(super) const LONG: Duration = Duration::from_secs(3 * 60 * 60);

/// What was seen in a round.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) violations: Vec<Violation>,
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// What happened, if that was wanted.
    pub(super) history: Vec<String>,
}

/// Everything that the deliveries of a round share.
pub(super) struct World {
    pub(super) plan: RoundPlan,
    pub(super) configure: Configure,
    pub(super) start: Instant,
    pub(super) memory: MemoryStore,
    pub(super) deliveries: Vec<Progress>,
    /// The tokens of the transactions that were made.
    #[cfg(feature = "dynamodb")]
    pub(super) tokens: Mutex<HashSet<String>>,
    rng: Mutex<Rng>,
    ledger: Mutex<Ledger>,
    calls: AtomicUsize,
    has_history: bool,
}

/// How far a delivery has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// When it last heard the answer to a claim.
    pub(super) claim_answered: Mutex<Option<Instant>>,
    /// Whether recording took more than one write, with a look at the record between, or without the result.
    pub(super) has_repeated: AtomicBool,
    /// Whether its operation runs.
    pub(super) is_running: AtomicBool,
    /// When its lease would end, as it was when the operation was last polled.
    pub(super) polled_until: AtomicU64,
    /// When its operation ended.
    pub(super) work_ended: Mutex<Option<Instant>>,
}

/// Plays the round of a seed.
pub(super) fn play(seed: u64, configure: Configure, has_history: bool) -> Round {
    let mut rng = Rng::with_seed(seed);
    let plan = RoundPlan::new(&mut rng);
    // What draws from the generator of the thread, such as the jitter of retries.
    fastrand::seed(seed);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let deliveries = plan.deliveries.iter().map(|_| Progress::default()).collect();
        let ledger = Ledger::new(plan.skew);
        let world = Arc::new(World {
            plan,
            configure,
            start: Instant::now(),
            memory: MemoryStore::new(),
            deliveries,
            #[cfg(feature = "dynamodb")]
            tokens: Mutex::default(),
            rng: Mutex::new(rng),
            ledger: Mutex::new(ledger),
            calls: AtomicUsize::new(0),
            has_history,
        });
        world.note(|| format!("{:#?}", world.plan));
        let last = world.last();
        let mut running: JoinSet<_> =
            (0..last).map(|delivery| deliver(world.clone(), delivery)).collect();
        while let Some(delivered) = running.join_next().await {
            delivered.unwrap();
        }
        sleep(LONG).await;
        deliver(world.clone(), last).await;
        let Ledger { violations, counts, history, .. } =
            std::mem::take(&mut *world.ledger.lock().unwrap());
        Round { violations, counts, history }
    })
}

impl World {
    /// Returns the number of the last delivery, which comes after all others and meets no fault.
    pub(super) fn last(&self) -> usize {
        self.plan.deliveries.len() - 1
    }

    pub(super) fn clock(&self, delivery: usize) -> SkewedClock {
        SkewedClock { start: self.start, ahead: self.plan.deliveries[delivery].ahead }
    }

    pub(super) fn clocks(&self) -> Vec<u64> {
        (0..self.deliveries.len()).map(|delivery| self.clock(delivery).now_ms()).collect()
    }

    pub(super) fn ledger<R>(&self, look: impl FnOnce(&mut Ledger) -> R) -> R {
        look(&mut self.ledger.lock().unwrap())
    }

    pub(super) fn with_rng<R>(&self, draw: impl FnOnce(&mut Rng) -> R) -> R {
        draw(&mut self.rng.lock().unwrap())
    }

    /// Returns how many calls of the store came before this one.
    pub(super) fn next_call(&self) -> usize {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn written(
        &self,
        delivery: usize,
        now_ms: u64,
        before: Option<&Record>,
        write: &Write,
    ) {
        self.note(|| format!("{delivery}: the record is written: {write:?}"));
        let is_running = self.deliveries[delivery].is_running.load(Ordering::Relaxed);
        if is_running && matches!(write, Write::Release) {
            self.violate(KEPT, format!("delivery {delivery}"));
        }
        self.ledger(|ledger| ledger.written(delivery, now_ms, before, write));
    }

    pub(super) fn count(&self, what: &'static str) {
        self.ledger(|ledger| ledger.count(what));
    }

    pub(super) fn violate(&self, property: &'static str, how: String) {
        self.ledger(|ledger| ledger.violate(property, how));
    }

    /// Adds a line to the history, if there is one.
    pub(super) fn note(&self, line: impl FnOnce() -> String) {
        if self.has_history {
            let ms = self.start.elapsed().as_millis();
            let line = format!("{ms:>9} {}", line());
            self.ledger(|ledger| ledger.history.push(line));
        }
    }
}

impl Progress {
    /// Returns when the operation ended, if it has.
    pub(super) fn work_ended(&self) -> Option<Instant> {
        *self.work_ended.lock().unwrap()
    }
}
