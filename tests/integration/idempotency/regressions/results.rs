//! What is replayed: i6, i7, i16.

use std::{
    collections::{BTreeMap, HashMap},
    convert::Infallible,
    fmt::Debug,
};

use powertools_idempotency::{Event, IdempotencyError, Outcome};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::idempotency::{Ask, Effects, Fault, FaultyStore, Heard, Operation, operation};

/// Asserts that a result replays equal, and that the operation does not run for it.
async fn assert_replays<T>(place: &Operation, result: T)
where
    T: Serialize + DeserializeOwned + Clone + PartialEq + Debug,
{
    let key = format!("{} {result:?}", std::any::type_name::<T>());
    for is_replay in [false, true] {
        let outcome = place.try_run(&key, &(), async || {
            assert!(!is_replay, "{key} ran again");
            Ok::<_, Infallible>(result.clone())
        });
        let outcome = outcome.await.unwrap();
        assert_eq!(outcome.is_replayed(), is_replay);
        assert_eq!(outcome.into_inner(), result);
    }
}

#[tokio::test]
async fn falsy_results_replay_equal() {
    let ours = operation(&FaultyStore::default()).build();
    let pythons = operation(&FaultyStore::default()).python_compatible("orders").build();
    for place in [ours, pythons] {
        assert_replays(&place, ()).await;
        assert_replays(&place, false).await;
        assert_replays(&place, 0).await;
        assert_replays(&place, 0.0).await;
        assert_replays(&place, String::new()).await;
        assert_replays(&place, Option::<u32>::None).await;
        assert_replays(&place, Vec::<u32>::new()).await;
        assert_replays(&place, BTreeMap::<String, u32>::new()).await;
        assert_replays(&place, Value::Null).await;
        assert_replays(&place, u128::MAX).await;
    }
}

fn nested() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_result_replays_equal(result in nested()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let store = FaultyStore::default();
            assert_replays(&operation(&store).build(), result.clone()).await;
            let pythons = operation(&store).python_compatible("orders").build();
            assert_replays(&pythons, result).await;
        });
    }
}

/// A result that JSON has no form for.
fn by_place() -> HashMap<(u8, u8), u32> {
    HashMap::from([((1, 2), 3)])
}

#[tokio::test]
async fn result_without_json_form_is_not_kept_and_not_repeated() {
    let (store, effects) = (FaultyStore::default(), Effects::default());
    for cache in [0, 10] {
        let place = operation(&store).prefix(cache.to_string()).local_cache(cache).build();
        let run = async || {
            place
                .try_run("k", &(), async || {
                    effects.happen().await?;
                    Ok::<_, Infallible>(by_place())
                })
                .await
        };
        assert_eq!(run().await.unwrap(), Outcome::Fresh(by_place()));
        for _ in 0..2 {
            assert!(matches!(run().await, Err(IdempotencyError::ResultNotKept { .. })));
        }
    }
    assert_eq!(effects.count(), 2);
}

#[tokio::test]
async fn too_large_result_is_not_kept_and_not_repeated() {
    let store = FaultyStore::default().failing(Ask::Complete, Fault::TooLarge, 1);
    let (place, effects) = (operation(&store).build(), Effects::default());
    assert_eq!(place.try_run("k", &(), || effects.happen()).await.unwrap(), Outcome::Fresh(1));
    assert_eq!(store.only().data, None);
    let replayed = place.try_run("k", &(), || effects.happen()).await;
    assert!(matches!(replayed, Err(IdempotencyError::ResultNotKept { .. })));
    assert_eq!(effects.count(), 1);
}

#[tokio::test]
async fn outcome_and_event_identify_a_replay() {
    let (store, heard) = (FaultyStore::default(), Heard::default());
    let place = operation(&store).local_cache(1).on_event(heard.listener()).build();
    let elsewhere = operation(&store).on_event(heard.listener()).build();
    let run = async |place: &Operation| {
        place.try_run("k", &(), async || Ok::<_, Infallible>(7)).await.unwrap()
    };
    let (fresh, cached, stored) = (run(&place).await, run(&place).await, run(&elsewhere).await);
    assert_eq!((fresh.is_replayed(), fresh.record()), (false, None));
    for replayed in [cached, stored] {
        assert!(replayed.is_replayed());
        assert_eq!(replayed.record(), Some(&store.only()));
    }
    let told = [Event::Fresh, Event::ReplayedFromCache, Event::Replayed];
    assert_eq!(heard.events(), told);
    let names = told.map(Event::name);
    assert!(names.iter().all(|name| name.starts_with("Idempotency")), "{names:?}");
}
