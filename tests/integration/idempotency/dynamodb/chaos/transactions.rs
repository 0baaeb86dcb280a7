//! The same, with effects in DynamoDB that are one transaction with the completion: each happens exactly once, also if
//! an environment dies after it.

use std::{
    collections::BTreeMap,
    future::pending,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Put, TransactWriteItem},
};
use fastrand::Rng;
use powertools_idempotency::{
    Attempt, CompleteWithError, DynamoDbStore, IdempotencyError, OnInProgress, StoreError,
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    super::{Database, Fate, Plan, Proxy, TABLE, database},
    Course, DUPLICATES, LEASE, ROUNDS_AT_ONCE, SHORT_LEASE, Time, operation, plan, seed,
};

const EFFECTS: &str = "effects";

struct World {
    seed: u64,
    store: DynamoDbStore,
    /// Without failures between.
    direct: DynamoDbStore,
    client: Client,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

/// Plays that many rounds; returns what came of the calls, and how often.
pub(in super::super) async fn check(
    database: &Database,
    rounds: u64,
) -> BTreeMap<&'static str, u64> {
    let seed = seed();
    let planned = Mutex::new(Rng::with_seed(seed));
    let plan = move |action: &str| plan_of(action, &mut planned.lock().unwrap());
    let proxy = Proxy::start(&database.url, plan).await;
    let client = database.client();
    database::create_table(&client, EFFECTS, &["key", "attempt"]).await;
    let world = Arc::new(World {
        seed,
        store: database::store(&proxy.url, TABLE).build().unwrap(),
        direct: database.store(),
        client,
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
    world.counts.lock().unwrap().clone()
}

/// What the network does to a request; transactions may also conflict.
fn plan_of(action: &str, random: &mut Rng) -> Plan {
    if action == "TransactWriteItems" && random.u8(0..10) == 0 {
        let body = r#"{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "message": "Transaction cancelled",
            "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}]}"#;
        return Fate::Refused(400, body.to_owned()).into();
    }
    plan(random)
}

/// Delivers one event many times, and looks at what came of it.
async fn play(world: Arc<World>, round: u64) {
    let key = format!("round {round}");
    let mut random = Rng::with_seed(world.seed ^ round.rotate_left(32));
    let (time, given) = (Time::default(), Arc::new(Mutex::new(Vec::new())));
    let mut deliveries = JoinSet::new();
    for _ in 0..DUPLICATES {
        let delivery = Delivery {
            world: world.clone(),
            key: key.clone(),
            time: time.skewed(&mut random),
            given: given.clone(),
        };
        deliveries.spawn(delivery.run(random.fork()));
    }
    while let Some(delivered) = deliveries.join_next().await {
        delivered.unwrap();
    }
    let last = Delivery { world: world.clone(), key: key.clone(), time, given: given.clone() };
    let placed = last.place_at_last().await;
    let effects = world.effects(&key).await;
    let results = given.lock().unwrap().clone();
    let seed = world.seed;
    assert_eq!(effects, [placed], "{key} with POWERTOOLS_SEED={seed}");
    assert!(
        results.iter().all(|result| *result == placed),
        "{key}: {results:?} with POWERTOOLS_SEED={seed}"
    );
}

/// What an environment does after the transaction.
#[derive(Clone, Copy)]
enum End {
    Normal,
    Dies,
    Fails,
}

#[derive(Clone)]
struct Delivery {
    world: Arc<World>,
    key: String,
    time: Time,
    /// The results that calls were given.
    given: Arc<Mutex<Vec<u64>>>,
}

impl Delivery {
    /// One delivery in a separate environment, which may die.
    async fn run(self, mut random: Rng) {
        tokio::time::sleep(Duration::from_millis(random.u64(0..60))).await;
        if random.u8(0..10) == 0 {
            self.time.pass(LEASE);
        }
        let lease = if random.u8(0..8) == 0 { SHORT_LEASE } else { LEASE };
        let policy = match random.u8(0..3) {
            0 => OnInProgress::Wait(Duration::from_millis(random.u64(0..200))),
            _ => OnInProgress::Refuse,
        };
        let end = match random.u8(0..8) {
            0..2 => End::Dies,
            2 => End::Fails,
            _ => End::Normal,
        };
        let life = match (end, random.u8(0..10)) {
            (End::Dies, _) => Duration::from_millis(random.u64(0..300)),
            (_, 0) => Duration::from_millis(random.u64(0..50)),
            _ => Duration::from_secs(60),
        };
        let course = Course::random(&mut random);
        let placed = self.place(&self.world.store, lease, policy, end, course);
        let outcome = match timeout(life, placed).await {
            Err(_) => "crash",
            Ok(Ok(result)) => {
                self.given.lock().unwrap().push(result);
                "result"
            }
            Ok(Err(error)) => expected(&error).unwrap_or_else(|| panic!("{}: {error}", self.key)),
        };
        *self.world.counts.lock().unwrap().entry(outcome).or_default() += 1;
    }

    /// Long after the last lease, without failures: what was recorded is found, or it is done, however long a machine
    /// that is busy with something else takes.
    async fn place_at_last(&self) -> u64 {
        for _ in 0..20 {
            self.time.pass(10 * LEASE);
            let (policy, store) = (OnInProgress::Refuse, &self.world.direct);
            let placed = self.place(store, LEASE, policy, End::Normal, Course::Succeeds);
            match placed.await {
                Ok(placed) => return placed,
                // It got no answer in time, perhaps to the claim of the call before.
                Err(error) => assert!(
                    matches!(expected(&error), Some("Store" | "Unknown" | "InProgress")),
                    "{}: at last {error}",
                    self.key
                ),
            }
        }
        panic!("{}: twenty calls at last got no answer", self.key)
    }

    async fn place(
        &self,
        store: &DynamoDbStore,
        lease: Duration,
        policy: OnInProgress,
        end: End,
        course: Course,
    ) -> Result<u64, IdempotencyError<u64, io::Error>> {
        let orders = operation(store, self.time.clone(), lease, policy);
        let call = orders.call(&()).key(&self.key);
        let placed = call.try_run_with(async |attempt| self.work(attempt, end, course).await).await;
        Ok(placed?.into_inner())
    }

    async fn work(
        &self,
        attempt: Attempt<DynamoDbStore>,
        end: End,
        course: Course,
    ) -> io::Result<u64> {
        course.take(&self.time).await?;
        let number = fastrand::u64(1..1 << 53);
        let effect = Put::builder()
            .table_name(EFFECTS)
            .item("key", AttributeValue::S(self.key.clone()))
            .item("attempt", AttributeValue::S(number.to_string()));
        let effect = TransactWriteItem::builder().put(effect.build().unwrap()).build();
        attempt.complete_with(&number, [effect]).await.map_err(io::Error::other)?;
        match end {
            End::Normal => Ok(number),
            End::Dies => pending().await,
            End::Fails => Err(io::Error::other("after the transaction")),
        }
    }
}

/// Returns what an error is counted as; `None` for one that its documentation does not lead to expect.
fn expected(error: &IdempotencyError<u64, io::Error>) -> Option<&'static str> {
    Some(match error {
        IdempotencyError::InProgress { .. } => "InProgress",
        IdempotencyError::Store { source: StoreError::Unavailable { .. }, .. } => "Store",
        IdempotencyError::Failed(error) => match error.get_ref()?.downcast_ref() {
            None => "Failed",
            Some(CompleteWithError::LeaseLost) => "LeaseLost",
            Some(CompleteWithError::Store(StoreError::Unavailable { .. })) => "Unknown",
            Some(_) => return None,
        },
        _ => return None,
    })
}

impl World {
    /// Returns the numbers of the effects of `key`.
    async fn effects(&self, key: &str) -> Vec<u64> {
        let found = self.client.query().table_name(EFFECTS).consistent_read(true);
        let found = found.key_condition_expression("#key = :key");
        let found = found.expression_attribute_names("#key", "key");
        let found = found.expression_attribute_values(":key", AttributeValue::S(key.to_owned()));
        let found = found.send().await.unwrap();
        let number = |item: &std::collections::HashMap<_, AttributeValue>| {
            item["attempt"].as_s().unwrap().parse().unwrap()
        };
        found.items().iter().map(number).collect()
    }
}
