use powertools_local::LogFormat;
use serde_json::json;

use super::{Shop, column};
use crate::idempotency::faulty::{Ask, Fault, FaultyStore};

#[tokio::test]
async fn every_outcome_is_counted() {
    let shop = Shop::start(LogFormat::Json).await;
    shop.send("charge").await;
    let expected = json!({
        "operation": "charge", "ran": 2, "replayed": 1, "refused": 1, "waited": 0, "mismatched": 1,
        "failed": 1, "in_vain": 0,
    });
    assert_eq!(shop.rows("idempotency", &[]), [expected]);
}

#[tokio::test]
async fn conflicts_are_listed_with_their_requests() {
    let shop = Shop::start(LogFormat::Json).await;
    let outcome = shop.send("charge").await;
    let rows = shop.rows("idempotency-conflicts", &[]);
    let mut events = column(&rows, "event");
    events.sort_by_key(ToString::to_string);
    assert_eq!(events, ["IdempotencyPayloadMismatch", "IdempotencyRefused"]);
    assert_eq!(rows[0]["function_request_id"], outcome.request_id);
    assert_eq!(
        (&rows[0]["operation"], &rows[0]["correlation_id"]),
        (&json!("charge"), &json!("api-1"))
    );
}

#[tokio::test]
async fn wasted_runs_are_listed_with_the_reason() {
    let store = FaultyStore::default().failing(Ask::Complete, Fault::TooLarge, 1);
    let store = store.failing(Ask::Release, Fault::Forbidden, 1);
    let shop = Shop::with_store(LogFormat::Json, store).await;
    for what in ["charge", "unkept"] {
        shop.send(what).await;
    }
    let store = FaultyStore::default().failing(Ask::Complete, Fault::Forbidden, 1);
    let forbidden = Shop::with_store(LogFormat::Json, store).await;
    forbidden.send("one").await;
    let rows = [shop, forbidden].map(|it| it.rows("idempotency-wasted-runs", &[])).concat();
    let what = column(&rows, "what");
    for told in [
        "a result is too large for the store and is not kept",
        "a claim could not be released; its lease will end",
        "a result would not replay and is not kept",
        "a result was not recorded",
        "IdempotencyNotRecorded",
    ] {
        assert!(what.contains(&json!(told)), "{told}: {rows:#?}");
    }
    assert!(rows.iter().all(|row| row["operation"] == "charge"), "{rows:#?}");
    let lines = rows.iter().filter(|row| row["what"] != "IdempotencyNotRecorded");
    assert!(lines.clone().all(|row| row["why"] != json!(null)), "{rows:#?}");
}
