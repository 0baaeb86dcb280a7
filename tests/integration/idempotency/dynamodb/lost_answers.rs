//! Requests that arrive and whose answers do not, and so are made twice.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_sdk_dynamodb::config::retry::RetryConfig;
use powertools_idempotency::{
    Claim, ClaimOutcome, DynamoDbStore, Idempotency, IdempotencyError, Lease, OnRecordFailure,
    Owner, PersistenceStore, WriteOutcome,
};
use tokio::sync::Notify;

use super::{Database, Fate, Plan, Proxy, TABLE, database};

const NOW: u64 = 1_900_000_000_000;

fn orders(store: DynamoDbStore) -> Idempotency<DynamoDbStore> {
    let environment = database::environment("");
    Idempotency::builder("place", store).environment(environment).build()
}

/// A store whose client asks again by itself.
fn retrying(proxy: &Proxy) -> DynamoDbStore {
    DynamoDbStore::new(database::client(&proxy.url, RetryConfig::standard()), TABLE)
}

fn lost() -> Plan {
    Fate::Replaced(500, "{}".to_owned()).into()
}

fn claim(owner: &str) -> Claim {
    let lease = Lease { until: NOW + 1000, owner: Some(Owner::from_text(owner)) };
    Claim { lease, expires_at: NOW / 1000 + 60, validation: None }
}

/// Runs once with the first answer of `PutItem` lost, then once with that of `UpdateItem` lost.
async fn check(store: impl Fn(&Proxy) -> DynamoDbStore, plan: impl Fn() -> Plan, first: &[&str]) {
    let database = Database::start().await;
    let effects = AtomicU32::new(0);
    let run = async |key: &str, plans: Vec<Plan>| {
        let proxy = Proxy::with(&database.url, plans).await;
        let orders = orders(store(&proxy));
        let work = async || Ok::<_, io::Error>(effects.fetch_add(1, Ordering::Relaxed) + 1);
        let outcome = orders.try_run(key, &(), work).await.unwrap();
        (outcome.is_replayed(), outcome.into_inner(), proxy.take_calls())
    };
    let (is_replayed, effect, calls) = run("claim", vec![plan()]).await;
    assert_eq!((is_replayed, effect), (false, 1));
    assert_eq!(calls, first);
    let (is_replayed, effect, calls) = run("complete", vec![Plan::default(), plan()]).await;
    assert_eq!((is_replayed, effect), (false, 2));
    assert_eq!(calls, ["PutItem", "UpdateItem", "UpdateItem", "GetItem"]);
    for (key, effect) in [("claim", 1), ("complete", 2)] {
        assert_eq!(run(key, vec![]).await, (true, effect, vec!["PutItem".to_owned()]));
    }
}

#[tokio::test]
async fn lost_response_repeats_no_effect_and_loses_no_result() {
    let store = |proxy: &Proxy| database::store(&proxy.url, TABLE).build().unwrap();
    let again = ["PutItem", "PutItem", "UpdateItem"];
    check(store, lost, &again).await;
    check(store, || Fate::CutAfter.into(), &again).await;
}

#[tokio::test]
async fn lost_response_with_a_retrying_client_repeats_no_effect() {
    check(retrying, lost, &["PutItem", "PutItem", "UpdateItem"]).await;
}

/// While the first answer is on its way to be lost, another attempt gets the key.
#[tokio::test]
async fn repeated_release_does_not_affect_the_next_owner() {
    let database = Database::start().await;
    let claimed = Arc::new(Notify::new());
    let late = Plan { answer_held: Some(claimed.clone()), ..lost() };
    let proxy = Proxy::with(&database.url, [late]).await;
    let (direct, retrying) = (database.store(), retrying(&proxy));
    let granted = direct.claim("k", NOW, claim("a")).await.unwrap();
    assert_eq!(granted, ClaimOutcome::Granted);
    let first = claim("a").lease;
    let (released, second) = tokio::join!(retrying.release("k", NOW, &first), async {
        while direct.read("k").await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
        let second = direct.claim("k", NOW, claim("b")).await.unwrap();
        claimed.notify_one();
        second
    });
    assert_eq!((released.unwrap(), second), (WriteOutcome::LeaseLost, ClaimOutcome::Granted));
    assert_eq!(proxy.take_calls(), ["DeleteItem", "DeleteItem"]);
    let held = direct.read("k").await.unwrap().unwrap();
    assert_eq!(held.lease, Some(claim("b").lease));
}

#[tokio::test]
async fn repeated_late_completion_does_not_affect_the_next_owner() {
    let database = Database::start().await;
    let claimed = Arc::new(Notify::new());
    let plan = Plan { held: Some(claimed.clone()), ..lost() };
    let proxy = Proxy::with(&database.url, [plan]).await;
    let (direct, retrying) = (database.store(), retrying(&proxy));
    direct.claim("k", NOW, claim("a")).await.unwrap();
    let (lease, after) = (claim("a").lease, NOW + 1001);
    let next = Claim { lease: Lease { until: NOW + 9000, ..claim("b").lease }, ..claim("b") };
    let late = retrying.complete("k", after, &lease, Some("1"), NOW / 1000 + 60);
    let (completed, second) = tokio::join!(late, async {
        let second = direct.claim("k", after, next.clone()).await;
        claimed.notify_one();
        second
    });
    assert_eq!(
        (completed.unwrap(), second.unwrap()),
        (WriteOutcome::LeaseLost, ClaimOutcome::Granted)
    );
    let held = direct.read("k").await.unwrap().unwrap();
    assert_eq!((held.lease, held.data), (Some(next.lease), None));
}

#[tokio::test]
async fn refused_claim_without_item_is_followed_by_a_consistent_read() {
    let database = Database::start().await;
    let without = || Plan::from(Fate::WithoutItem);
    let proxy = Proxy::with(&database.url, [Plan::default(), Plan::default(), without()]).await;
    let orders = orders(database::store(&proxy.url, TABLE).build().unwrap());
    let run = async || orders.try_run("k", &(), async || Ok::<_, io::Error>(7)).await;
    assert!(!run().await.unwrap().is_replayed());
    proxy.take_calls();
    assert!(run().await.unwrap().is_replayed());
    assert_eq!(proxy.take_calls(), ["PutItem", "GetItem"]);
}

#[tokio::test]
async fn unrecorded_result_is_in_the_error() {
    let database = Database::start().await;
    let denied = Fate::Refused(400, super::proxy::error("AccessDeniedException", "no"));
    let proxy = Proxy::with(&database.url, [Plan::default(), denied.into()]).await;
    let store = database::store(&proxy.url, TABLE).build().unwrap();
    let orders = Idempotency::builder("place", store)
        .environment(database::environment(""))
        .on_record_failure(OnRecordFailure::Fail)
        .build();
    let error = orders.try_run("k", &(), async || Ok::<_, io::Error>(7)).await.unwrap_err();
    let IdempotencyError::NotRecorded { result, source, .. } = error else { panic!("{error}") };
    assert_eq!(result, 7);
    assert!(source.to_string().contains("allow it dynamodb:UpdateItem on this table"), "{source}");
}
