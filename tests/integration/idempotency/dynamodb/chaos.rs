//! Duplicates at the same time, in environments that crash, over a network that fails.

mod delivery;
mod time;
pub(super) mod transactions;

use std::{
    collections::BTreeMap,
    env,
    sync::{Arc, Mutex},
    time::Duration,
};

use fastrand::Rng;
use powertools_idempotency::{
    Environment, Idempotency, IdempotencyError, OnInProgress, OnRecordFailure, PersistenceStore,
    Record, Status,
};
use tokio::task::JoinSet;

use super::{Database, Fate, Plan, Proxy, TABLE, database, ledger::Ledger, proxy::error};
use delivery::{Course, Delivery, deliver};
use time::Time;

const ROUNDS: u64 = 1000;
const DUPLICATES: u64 = 16;
const ROUNDS_AT_ONCE: usize = 12;

/// How often a call without failures is repeated that a busy machine does not answer in time.
const PATIENCE: usize = 100;

/// How long most leases are: they end because clocks are moved, and not because this machine is busy.
const LEASE: Duration = Duration::from_secs(20);

/// How long the others are, which leave the network no time.
const SHORT_LEASE: Duration = Duration::from_millis(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn effects_happen_once_under_faults() {
    let counts = check(&Database::start().await, ROUNDS).await;
    for what in ["Fresh", "Replayed", "Failed", "InProgress", "Store", "LeaseLost", "crash"] {
        assert!(counts.get(what).is_some_and(|count| *count > 10), "{what} is rare in {counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn effects_in_a_transaction_happen_exactly_once_under_faults() {
    let counts = transactions::check(&Database::start().await, ROUNDS).await;
    for what in ["result", "Failed", "InProgress", "Store", "LeaseLost", "crash"] {
        assert!(counts.get(what).is_some_and(|count| *count > 10), "{what} is rare in {counts:?}");
    }
}

/// Everything that a round needs.
struct World<S> {
    seed: u64,
    store: S,
    /// Without failures between.
    direct: S,
    ledger: Ledger,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// Plays that many rounds; returns what came of the calls, and how often.
pub(super) async fn check(database: &Database, rounds: u64) -> BTreeMap<&'static str, u64> {
    let seed = seed();
    let planned = Mutex::new(Rng::with_seed(seed));
    let proxy = Proxy::start(&database.url, move |_| plan(&mut planned.lock().unwrap())).await;
    let store = database::store(&proxy.url, TABLE).build().unwrap();
    check_store(store, database.store(), rounds, seed).await
}

pub(in super::super) fn seed() -> u64 {
    let seed = env::var("POWERTOOLS_SEED").ok().and_then(|seed| seed.parse().ok());
    seed.unwrap_or_else(|| fastrand::u64(..))
}

/// Plays that many rounds with `store`, which fails as it likes; `direct` has the same records, and does not.
pub(in super::super) async fn check_store<S: PersistenceStore + Clone>(
    store: S,
    direct: S,
    rounds: u64,
    seed: u64,
) -> BTreeMap<&'static str, u64> {
    let (ledger, counts) = (Ledger::default(), Mutex::default());
    let world = Arc::new(World { seed, store, direct, ledger, counts });
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
        0 => Duration::from_millis(random.u64(0..100)),
        1..5 => Duration::from_millis(random.u64(0..10)),
        _ => Duration::ZERO,
    };
    Plan { before: pause(), fate, after: pause(), ..Plan::default() }
}

/// Delivers one event many times, and looks at what came of it.
async fn play<S: PersistenceStore + Clone>(world: Arc<World<S>>, round: u64) {
    let key = format!("round {round}");
    let mut random = Rng::with_seed(world.seed ^ round.rotate_left(32));
    let mut deliveries = JoinSet::new();
    let time = Time::default();
    for _ in 0..DUPLICATES {
        deliveries.spawn(deliver(
            world.clone(),
            key.clone(),
            time.skewed(&mut random),
            random.fork(),
        ));
    }
    while let Some(delivered) = deliveries.join_next().await {
        delivered.unwrap();
    }
    // Long after the last lease, without failures: what was recorded is found, or it is done at last.
    let orders = operation(&world.direct, time.clone(), LEASE, OnInProgress::Refuse);
    deliver_at_last(&world, &orders, &key, &time).await;
    let record = read_at_last(&world.direct, &orders_key(&key)).await;
    if record.as_ref().is_none_or(|record| record.status != Status::Completed) {
        world.ledger.note(format!("{key}: at last {record:?}"));
    }
}

/// Delivers once more without failures, however long a machine that is busy with something else takes.
async fn deliver_at_last<S: PersistenceStore>(
    world: &World<S>,
    orders: &Idempotency<S>,
    key: &str,
    time: &Time,
) {
    let last = Delivery { world, key, course: Course::Succeeds, time: time.clone() };
    for _ in 0..PATIENCE {
        time.pass(10 * LEASE);
        match last.run(orders).await {
            Ok(outcome) => return last.given(outcome),
            Err(error) if is_slow(&error) => {}
            Err(error) => return world.ledger.note(format!("{key}: at last {error}")),
        }
    }
    world.ledger.note(format!("{key}: no answer at last"));
}

/// Whether the database did not answer in the time that calls give it.
fn is_slow<T, E>(error: &IdempotencyError<T, E>) -> bool {
    match error {
        IdempotencyError::Store { source, .. } | IdempotencyError::NotRecorded { source, .. } => {
            source.is_transient()
        }
        _ => false,
    }
}

fn operation<S: PersistenceStore + Clone>(
    store: &S,
    time: Time,
    lease: Duration,
    policy: OnInProgress,
) -> Idempotency<S> {
    Idempotency::builder("place", store.clone())
        .environment(Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]))
        .prefix("chaos")
        .default_lease(lease)
        .on_in_progress(policy)
        // A result without a record may be given twice, as is documented; here it must not look like a fault.
        .on_record_failure(OnRecordFailure::Fail)
        .clock(time)
        .build()
}

/// Reads a record, however long a machine that is busy with something else takes.
async fn read_at_last(store: &impl PersistenceStore, key: &str) -> Option<Record> {
    for _ in 0..PATIENCE {
        match store.read(key).await {
            Ok(record) => return record,
            Err(error) => assert!(error.is_transient(), "{error}"),
        }
    }
    panic!("{PATIENCE} reads got no answer")
}

/// The key of the record, as the operation makes it.
fn orders_key(key: &str) -> String {
    let json = serde_json::to_string(key).unwrap();
    format!("chaos#{}", powertools_idempotency::Digest::Sha256.of(&json))
}

impl<S> World<S> {
    fn count(&self, what: &'static str) {
        *self.counts.lock().unwrap().entry(what).or_default() += 1;
    }
}
