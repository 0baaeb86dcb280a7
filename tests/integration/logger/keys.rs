//! Keys of the process, of an invocation, and of a part of it.

use powertools_logger::{
    ScopedKeys, append_key, clear_correlation_id, clear_keys, correlation_id, current_keys,
    remove_key, set_correlation_id,
    testing::{Captured, capture},
};
use serde_json::{Value, json};

use super::{invocation, messages};

#[test]
fn innermost_value_of_a_key_wins() {
    let captured = Captured::with(|logger| {
        logger.persistent_key("k", "persistent").persistent_key("env", "prod")
    });
    let seen = || captured.last()["k"].clone();
    tracing::info!("outside");
    assert_eq!((seen(), captured.last()["env"].clone()), (json!("persistent"), json!("prod")));
    invocation("r").in_scope(|| {
        append_key("k", "appended");
        tracing::info!("in an invocation");
        assert_eq!(seen(), "appended");
        tracing::info_span!("span", k = "span").in_scope(|| {
            tracing::info!("in a span");
            assert_eq!(seen(), "span");
            tracing::info!(k = "event", "an event");
            assert_eq!(seen(), "event");
        });
        remove_key("k");
        tracing::info!("removed");
        assert_eq!(seen(), "persistent");
    });
}

#[test]
fn keys_hold_any_value_and_can_be_read_and_cleared() {
    let captured = capture();
    invocation("r").in_scope(|| {
        append_key("order", json!({"id": 17, "items": ["tea"]}));
        append_key("none", Value::Null);
        tracing::info!("with");
        assert_eq!(
            Value::Object(current_keys()),
            json!({"order": {"id": 17, "items": ["tea"]}, "none": null})
        );
        clear_keys();
        tracing::info!("without");
        assert!(current_keys().is_empty());
    });
    let lines = captured.values();
    assert_eq!((&lines[0]["order"]["id"], lines[1].get("order")), (&json!(17), None));
}

#[test]
fn key_appended_outside_an_invocation_gives_a_warning() {
    let captured = capture();
    append_key("order_id", 17);
    let line = captured.last();
    assert_eq!((&line["level"], &line["log_key"]), (&json!("WARN"), &json!("order_id")));
    remove_key("order_id");
    clear_keys();
    set_correlation_id("x");
    let lost = "key not set: no invocation is open here; a spawned task needs `.in_current_span()`";
    assert_eq!(messages(&captured), [lost; 2]);
    assert_eq!((current_keys().len(), correlation_id()), (0, None));
}

#[test]
fn correlation_id_can_be_set_and_read() {
    let captured = capture();
    invocation("r").in_scope(|| {
        tracing::info!("none yet");
        set_correlation_id("first");
        tracing::info!("one");
        set_correlation_id("sec\"ond");
        tracing::info!("another");
        assert_eq!(correlation_id().as_deref(), Some("sec\"ond"));
        clear_correlation_id();
        tracing::info!("gone");
    });
    let ids: Vec<Value> =
        captured.values().iter().map(|line| line["correlation_id"].clone()).collect();
    assert_eq!(ids, [json!(null), json!("first"), json!("sec\"ond"), json!(null)]);
}

#[tokio::test]
async fn scoped_keys_follow_their_future_only() {
    let captured = capture();
    let branch = |n: u64| {
        ScopedKeys::new().with("branch", n).scope(async move {
            for _ in 0..3 {
                tracing::info!(n, "step");
                tokio::task::yield_now().await;
            }
        })
    };
    invocation("r").scope(async { tokio::join!(branch(1), branch(2)) }).await;
    assert_eq!(captured.lines().len(), 6);
    assert!(captured.values().iter().all(|line| line["branch"] == line["n"]));
}
