//! Settings belong to the operation: i2, i3; and switching it off.

use std::{convert::Infallible, time::Duration};

use powertools_idempotency::{
    Environment, Idempotency, IdempotencyError, KeyFrom, OnInProgress, Record, Status,
};
use powertools_logger::testing::capture;
use serde_json::json;

use crate::idempotency::{Effects, FaultyStore, clock, operation};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn of_prefix(store: &FaultyStore, prefix: &str) -> Record {
    let keys = store.inner.keys();
    let key = keys.iter().find(|key| key.starts_with(prefix)).unwrap();
    store.inner.get(key).unwrap()
}

#[tokio::test]
async fn nested_operations_complete_their_own_records() {
    let store = FaultyStore::default();
    let outer = operation(&store).prefix("outer").build();
    let inner = operation(&store).prefix("inner").build();
    let outcome = outer.try_run("k", &(), async || {
        let inner = inner.try_run("k", &(), async || Ok::<_, Infallible>(1)).await?;
        let status = |prefix| of_prefix(&store, prefix).status;
        assert_eq!([status("outer"), status("inner")], [Status::InProgress, Status::Completed]);
        assert_eq!(inner.into_inner(), 1);
        Ok::<_, IdempotencyError<u32, Infallible>>(2)
    });
    assert_eq!(outcome.await.unwrap().into_inner(), 2);
    assert_eq!(of_prefix(&store, "outer").data.as_deref(), Some("2"));
    assert_eq!(of_prefix(&store, "inner").data.as_deref(), Some("1"));
}

#[tokio::test]
async fn failed_nested_operation_releases_its_own_record() {
    let store = FaultyStore::default();
    let outer = operation(&store).prefix("outer").build();
    let inner = operation(&store).prefix("inner").build();
    let outcome = outer.try_run("k", &(), async || {
        let failed = inner.try_run("k", &(), async || Err::<(), _>("no")).await;
        assert!(matches!(failed, Err(IdempotencyError::Failed("no"))));
        assert_eq!(store.only().status, Status::InProgress);
        Ok::<_, Infallible>(1)
    });
    outcome.await.unwrap();
    assert_eq!(of_prefix(&store, "outer").status, Status::Completed);
}

#[tokio::test]
async fn operations_on_one_store_keep_their_own_settings() {
    let (store, clock) = (FaultyStore::default(), clock());
    let short = operation(&store).prefix("short").expires_after(HOUR).clock(clock.clone()).build();
    let long = operation(&store)
        .prefix("long")
        .expires_after(24 * HOUR)
        .validate(KeyFrom::Whole)
        .on_in_progress(OnInProgress::Wait(HOUR))
        .clock(clock.clone())
        .build();
    let run = async |place: &Idempotency<FaultyStore>, payload: u32| {
        place
            .try_run("k", &payload, async || {
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(payload)
            })
            .await
    };
    let (first, second) = tokio::join!(run(&short, 1), run(&long, 1));
    assert!(!first.unwrap().is_replayed() && !second.unwrap().is_replayed());
    let (short_record, long_record) = (of_prefix(&store, "short"), of_prefix(&store, "long"));
    assert_eq!(long_record.expires_at - short_record.expires_at, 23 * 60 * 60);
    assert_eq!(
        (short_record.validation.is_some(), long_record.validation.is_some()),
        (false, true)
    );
    assert!(run(&short, 2).await.unwrap().is_replayed());
    assert!(matches!(run(&long, 2).await, Err(IdempotencyError::PayloadMismatch { .. })));
    clock.advance(HOUR + Duration::from_secs(1));
    assert!(!run(&short, 1).await.unwrap().is_replayed());
    assert!(run(&long, 1).await.unwrap().is_replayed());
}

#[tokio::test]
async fn disabled_idempotency_skips_the_store_and_warns_once() {
    let (store, effects) = (FaultyStore::default(), Effects::default());
    let off = Environment::of([("POWERTOOLS_IDEMPOTENCY_DISABLED", "true")]);
    let place = operation(&store).environment(off.clone()).validate(KeyFrom::Whole).local_cache(9);
    let (place, warnings) = place.build_with_warnings();
    let [warning] = &warnings[..] else { panic!("{warnings:?}") };
    assert!(warning.to_string().contains("POWERTOOLS_IDEMPOTENCY_DISABLED"), "{warning}");
    for count in 1..=3 {
        let outcome = place.call(&json!({"id": 1})).try_run(|| effects.happen()).await.unwrap();
        assert_eq!((outcome.is_replayed(), outcome.into_inner()), (false, count));
    }
    let failed = place.try_run("k", &(), async || Err::<(), _>("no")).await;
    assert!(matches!(failed, Err(IdempotencyError::Failed("no"))));
    assert!(!store.was_asked());
    let (_, warnings) = operation(&store).environment(off).disabled(false).build_with_warnings();
    assert_eq!(warnings.len(), 0, "{warnings:?}");
}

#[tokio::test]
async fn user_keys_are_kept_in_lines_of_idempotent_calls() {
    let lines = capture();
    let operation = operation(&FaultyStore::default()).log_events(true).build();
    let span = tracing::info_span!("order", event = "placed", operation = "sale", key = "o-1");
    let run = operation.try_run("k", &(), async || Ok::<_, Infallible>(1));
    tracing::Instrument::instrument(run, span).await.unwrap();
    let line = lines.last();
    assert_eq!((&line["event"], &line["operation"]), (&json!("placed"), &json!("sale")));
    assert_eq!(line["idempotency_event"], "IdempotencyFresh");
}

#[tokio::test]
async fn log_events_logs_every_outcome() {
    for asked in [false, true] {
        let lines = capture();
        let operation = operation(&FaultyStore::default()).log_events(asked).build();
        for _ in 0..2 {
            operation.try_run("k", &(), async || Ok::<_, Infallible>(1)).await.unwrap();
        }
        let told = lines.values();
        let told = told.iter().filter(|line| line["idempotency_operation"] == "place");
        let events: Vec<_> = told.map(|line| line["idempotency_event"].clone()).collect();
        let expected = ["IdempotencyFresh", "IdempotencyReplayed"];
        assert_eq!(events, expected[..if asked { 2 } else { 0 }]);
    }
}
