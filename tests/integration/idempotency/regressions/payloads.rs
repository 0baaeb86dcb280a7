//! Keys and what is validated: i4, i8, i11, i12.

use std::{convert::Infallible, sync::Mutex, time::Duration};

use powertools_idempotency::{IdempotencyError, KeyFrom, OnInProgress, OnMissingKey};
use serde::Serialize;
use serde_json::{Value, json};

use crate::idempotency::{Ask, Effects, Fault, FaultyStore, Operation, operation};

/// A payload that changes while others look at it.
#[derive(Serialize)]
struct Order {
    id: u32,
    note: Mutex<String>,
}

#[tokio::test]
async fn payload_changed_by_the_operation_keeps_its_key() {
    let (store, effects) = (FaultyStore::default(), Effects::default());
    let place = operation(&store).validate(KeyFrom::Pointer("/note".into())).build();
    let order = Order { id: 1, note: Mutex::new("as it came".into()) };
    let call = place.call(&order);
    *order.note.lock().unwrap() = "changed before it ran".into();
    let outcome = call.try_run(|| {
        *order.note.lock().unwrap() = "changed by the handler".into();
        effects.happen()
    });
    assert!(!outcome.await.unwrap().is_replayed());
    let again = Order { id: 1, note: Mutex::new("as it came".into()) };
    let outcome = place.call(&again).try_run(|| effects.happen()).await.unwrap();
    assert!(outcome.is_replayed());
    assert_eq!((outcome.into_inner(), store.inner.keys().len()), (1, 1));
}

/// An operation whose calls must agree on the amount.
fn paying(store: &FaultyStore) -> Operation {
    paying_with_cache(store, 0)
}

fn paying_with_cache(store: &FaultyStore, most: usize) -> Operation {
    let waits = OnInProgress::Wait(Duration::from_secs(9));
    let place = operation(store).key_from(KeyFrom::Pointer("/id".into()));
    let place = place.validate(KeyFrom::Pointer("/amount".into()));
    place.local_cache(most).on_in_progress(waits).build()
}

fn order(amount: u32) -> Value {
    json!({"id": 1, "amount": amount})
}

async fn assert_mismatch(pay: &Operation) {
    let refused = pay.call(&order(2)).try_run(async || Ok::<_, Infallible>(2)).await;
    assert!(matches!(refused, Err(IdempotencyError::PayloadMismatch { .. })));
}

#[tokio::test]
async fn validation_digest_survives_completion() {
    for fault in [None, Some(Fault::AnswerLost), Some(Fault::TooLarge), Some(Fault::Throttled)] {
        let mut store = FaultyStore::default();
        if let Some(fault) = fault {
            store = store.failing(Ask::Complete, fault, 1);
        }
        let pay = paying(&store);
        let outcome = pay.call(&order(1)).try_run(async || {
            let validation = store.only().validation;
            assert!(validation.is_some());
            Ok::<_, Infallible>(validation)
        });
        assert_eq!(outcome.await.unwrap().into_inner(), store.only().validation, "{fault:?}");
        assert_mismatch(&pay).await;
    }
}

#[tokio::test]
async fn payloads_are_validated_on_every_path() {
    for cache in [0, 10] {
        let store = FaultyStore::default();
        let pay = paying_with_cache(&store, cache);
        // While it runs, though others might wait.
        let outcome = pay.call(&order(1)).try_run(async || {
            assert_mismatch(&pay).await;
            Ok::<_, Infallible>(1)
        });
        outcome.await.unwrap();
        // By the record of who completed it, or from the cache.
        assert_mismatch(&pay).await;
        // By another environment, which then keeps it.
        let elsewhere = paying_with_cache(&store, cache);
        assert_mismatch(&elsewhere).await;
        let replayed = elsewhere.call(&order(1)).try_run(async || Ok::<_, Infallible>(3)).await;
        assert!(replayed.unwrap().is_replayed());
        assert_mismatch(&elsewhere).await;
    }
}

#[tokio::test]
async fn record_without_validation_digest_fails_validation() {
    let store = FaultyStore::default();
    let before = operation(&store).key_from(KeyFrom::Pointer("/id".into())).build();
    before.call(&order(1)).try_run(async || Ok::<_, Infallible>(1)).await.unwrap();
    assert_mismatch(&paying(&store)).await;
}

const KEYLESS: [&str; 6] = ["null", r#""""#, "[]", "{}", "[null,null]", r#"{"a":null}"#];

#[tokio::test]
async fn calls_without_a_key_are_refused_or_run_unprotected() {
    let (store, effects) = (FaultyStore::default(), Effects::default());
    let by_id = || operation(&store).key_from(KeyFrom::Pointer("/id".into()));
    let (refusing, running) =
        (by_id().build(), by_id().on_missing_key(OnMissingKey::RunEachTime).build());
    let payloads = KEYLESS.map(|id| format!(r#"{{"id":{id}}}"#));
    let mut ran = 0;
    for payload in payloads.iter().map(String::as_str).chain(["{}", "[]", "1"]) {
        let payload: Value = serde_json::from_str(payload).unwrap();
        let refused = refusing.call(&payload).try_run(|| effects.happen()).await;
        assert!(matches!(refused, Err(IdempotencyError::NoKey { .. })), "{payload}");
        ran += 1;
        let outcome = running.call(&payload).try_run(|| effects.happen()).await.unwrap();
        assert_eq!((outcome.is_replayed(), outcome.into_inner()), (false, ran), "{payload}");
    }
    for key in KEYLESS.map(|key| serde_json::from_str::<Value>(key).unwrap()) {
        let refused = refusing.try_run(&key, &(), || effects.happen()).await;
        assert!(matches!(refused, Err(IdempotencyError::NoKey { .. })), "{key}");
    }
    assert!(!store.was_asked());
}
