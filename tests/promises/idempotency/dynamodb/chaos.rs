//! Duplicates at the same time, in environments that crash, over a network that fails.

use std::{
    collections::BTreeMap,
    env, io,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use fastrand::Rng;
use powertools_idempotency::{
    Attempt, Clock, DynamoDbStore, Idempotency, IdempotencyError, Outcome, PersistenceStore,
    Status, StoreError, WhileInProgress,
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    Database, Fate, Plan, Proxy, TABLE, database,
    ledger::{End, Ledger},
    proxy::error,
};

const ROUNDS: u64 = 1000;
const DUPLICATES: u64 = 16;
const ROUNDS_AT_ONCE: usize = 16;

/// Short, so that many end while work or network take too long.
const LEASE: Duration = Duration::from_millis(300);

/// By how much clocks differ.
const SKEW_MS: i64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn effects_happen_once_whatever_fails() {
    let counts = check(&Database::start().await, ROUNDS).await;
    for what in ["Fresh", "Replayed", "Failed", "InProgress", "Store", "LeaseLost", "crash"] {
        assert!(counts.get(what).is_some_and(|count| *count > 10), "{what} is rare in {counts:?}");
    }
}

/// Everything that a round needs.
struct World {
    seed: u64,
    store: DynamoDbStore,
    /// Without failures between.
    direct: DynamoDbStore,
    ledger: Ledger,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// Plays that many rounds; returns what came of the calls, and how often.
pub(super) async fn check(database: &Database, rounds: u64) -> BTreeMap<&'static str, u64> {
    let seed = env::var("POWERTOOLS_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    let planned = Mutex::new(Rng::with_seed(seed));
    let proxy = Proxy::start(&database.url, move |_| plan(&mut planned.lock().unwrap())).await;
    let world = Arc::new(World {
        seed,
        store: database::store(&proxy.url, TABLE).build().unwrap(),
        direct: database.store(),
        ledger: Ledger::default(),
        counts: Mutex::default(),
    });
    let mut running = JoinSet::new();
    for round in 0..rounds {
        if running.len() == ROUNDS_AT_ONCE {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(play(world.clone(), round));
    }
    while let Some(played) = running.join_next().await {
        played.unwrap();
    }
    let violations = world.ledger.violations();
    assert_eq!(violations, Vec::<String>::new(), "with POWERTOOLS_SEED={seed}");
    assert!(world.ledger.effects() >= rounds);
    world.counts.lock().unwrap().clone()
}

/// What the network does to a request.
fn plan(random: &mut Rng) -> Plan {
    let throttled = || error("ThrottlingException", "Slow down.");
    let fate = match random.u8(0..100) {
        0..3 => Fate::Refused(500, "{}".to_owned()),
        3..6 => Fate::Refused(400, throttled()),
        6..9 => Fate::CutBefore,
        9..12 => Fate::CutAfter,
        12..15 => Fate::Replaced(503, "{}".to_owned()),
        _ => Fate::Answered,
    };
    let mut pause = || match random.u8(0..20) {
        0 => Duration::from_millis(random.u64(0..400)),
        1..5 => Duration::from_millis(random.u64(0..20)),
        _ => Duration::ZERO,
    };
    Plan { before: pause(), fate, after: pause() }
}

/// Delivers one event many times, and looks at what came of it.
async fn play(world: Arc<World>, round: u64) {
    let key = format!("round {round}");
    let mut random = Rng::with_seed(world.seed ^ round.rotate_left(32));
    let mut deliveries = JoinSet::new();
    for _ in 0..DUPLICATES {
        deliveries.spawn(deliver(world.clone(), key.clone(), random.fork()));
    }
    while let Some(delivered) = deliveries.join_next().await {
        delivered.unwrap();
    }
    // Long after the last lease, without failures: what was recorded is found, or it is done at last.
    let orders = operation(&world.direct, Skewed(10_000), WhileInProgress::Refuse);
    let last =
        Delivery { world: &world, key: &key, course: Course::Succeeds, clock: Skewed(10_000) };
    match last.run(&orders).await {
        Ok(outcome) => last.given(outcome),
        Err(error) => world.ledger.note(format!("{key}: at last {error}")),
    }
    let record = world.direct.read(orders_key(&key).as_str()).await.unwrap();
    if record.as_ref().is_none_or(|record| record.status != Status::Completed) {
        world.ledger.note(format!("{key}: at last {record:?}"));
    }
}

/// An environment's clock, so many milliseconds ahead.
#[derive(Clone, Copy)]
struct Skewed(i64);

impl Clock for Skewed {
    fn now(&self) -> SystemTime {
        let by = Duration::from_millis(self.0.unsigned_abs());
        if self.0 < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
    }
}

fn operation(
    store: &DynamoDbStore,
    clock: Skewed,
    policy: WhileInProgress,
) -> Idempotency<DynamoDbStore> {
    Idempotency::builder("place", store.clone())
        .environment(database::environment(""))
        .prefix("chaos")
        .default_lease(LEASE)
        .while_in_progress(policy)
        .clock(clock)
        .build()
}

/// The key of the record, as the operation makes it.
fn orders_key(key: &str) -> String {
    let json = serde_json::to_string(key).unwrap();
    format!("chaos#{}", powertools_idempotency::Digest::Sha256.of(&json))
}

/// One delivery, in an environment of its own, which may die.
async fn deliver(world: Arc<World>, key: String, mut random: Rng) {
    sleep(Duration::from_millis(random.u64(0..100))).await;
    let clock = Skewed(random.i64(-SKEW_MS..=SKEW_MS));
    let policy = match random.u8(0..3) {
        0 => WhileInProgress::Refuse,
        _ => WhileInProgress::Wait(Duration::from_millis(random.u64(0..1000))),
    };
    let orders = operation(&world.store, clock, policy);
    let delivery =
        Delivery { world: &world, key: &key, course: Course::random(&mut random), clock };
    let life = match random.u8(0..10) {
        0 => Duration::from_millis(random.u64(0..100)),
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
enum Course {
    Succeeds,
    Fails,
    TakesLong(Duration),
}

impl Course {
    fn random(random: &mut Rng) -> Self {
        match random.u8(0..10) {
            0..2 => Self::Fails,
            2..5 => Self::TakesLong(Duration::from_millis(random.u64(0..500))),
            _ => Self::Succeeds,
        }
    }
}

struct Delivery<'a> {
    world: &'a World,
    key: &'a str,
    course: Course,
    clock: Skewed,
}

type Failure = IdempotencyError<u64, io::Error>;

impl Delivery<'_> {
    async fn run(&self, orders: &Idempotency<DynamoDbStore>) -> Result<Outcome<u64>, Failure> {
        orders.call(&()).key(self.key).run_with(async |attempt| self.work(attempt).await).await
    }

    async fn work(&self, attempt: Attempt<DynamoDbStore>) -> io::Result<u64> {
        let ledger = &self.world.ledger;
        let since = self.clock.now().duration_since(UNIX_EPOCH).unwrap();
        let now_ms = u64::try_from(since.as_millis()).unwrap();
        let number = ledger.begin(self.key, attempt.lease().unwrap(), now_ms);
        match self.course {
            Course::Fails => {
                ledger.end(self.key, number, End::Failed);
                return Err(io::Error::other("as planned"));
            }
            Course::TakesLong(duration) => sleep(duration).await,
            Course::Succeeds => tokio::task::yield_now().await,
        }
        ledger.end(self.key, number, End::Succeeded);
        Ok(number)
    }

    fn given(&self, outcome: Outcome<u64>) {
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
            IdempotencyError::Store(StoreError::Unavailable { .. }) => "Store",
            _ => return self.world.ledger.note(format!("{}: {error}", self.key)),
        };
        self.world.count(name);
    }
}

impl World {
    fn count(&self, what: &'static str) {
        *self.counts.lock().unwrap().entry(what).or_default() += 1;
    }
}
