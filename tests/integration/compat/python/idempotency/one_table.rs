//! Powertools for Python and this crate as two versions of one function, on one table.

use std::{
    fs,
    future::pending,
    io,
    time::{Duration, SystemTime},
};

use powertools_idempotency::{IdempotencyError, KeyFrom, Outcome};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::table::{LAYOUTS, Layout, Place, Table, ago};

type Answer = Result<Outcome<Value>, IdempotencyError<Value, io::Error>>;

/// Calls our operation, which returns `result`.
async fn call(place: &Place, event: &Value, result: Value) -> Answer {
    place.call(event).try_run(async || Ok(result)).await
}

/// Calls our operation and drops it in the middle, as when the sandbox dies.
async fn die(place: &Place, event: &Value) {
    let (started, is_running) = oneshot::channel();
    let work = async || {
        started.send(()).unwrap();
        pending::<Result<Value, io::Error>>().await
    };
    tokio::select! {
        _ = place.call(event).try_run(work) => unreachable!("it never ends"),
        running = is_running => running.unwrap(),
    }
}

/// What Python tells of a call that ran, or did not.
fn ran(result: Value) -> Value {
    json!({"result": result, "ran": 1})
}

fn replayed(result: Value) -> Value {
    json!({"result": result, "ran": 0})
}

async fn in_each_layout(test: impl AsyncFn(Table)) {
    for layout in LAYOUTS {
        test(Table::with(layout).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn results_are_replayed_across_python_and_rust() {
    let results = [
        json!({"b": 1.0, "a": "é", "n": [1e16, null, {"y": 1, "x": 18446744073709551615u64}]}),
        Value::Null,
        json!("done"),
        json!(17),
    ];
    in_each_layout(async |table| {
        let place = table.ours(|it| it);
        for (id, result) in results.iter().enumerate() {
            let event = json!({"id": id});
            let python = table.python(event.clone(), json!({"result": result}));
            assert_eq!(python, ran(result.clone()));
            let ours = call(&place, &event, json!("ran again")).await.unwrap();
            assert!(ours.is_replayed());
            assert_eq!(ours.into_inner(), *result);

            let event = json!({"id": format!("o-{id}")});
            let ours = call(&place, &event, result.clone()).await.unwrap();
            assert!(!ours.is_replayed());
            let python = table.python(event, json!({"result": "ran again"}));
            assert_eq!(python, replayed(result.clone()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn records_of_python_and_rust_differ_only_in_the_owner() {
    in_each_layout(async |table| {
        let event = json!({"id": [1.5, "x"], "amount": [null, {"b": 2, "a": 1e22}]});
        let place = table.ours(|it| it.validate(KeyFrom::jmespath("amount").unwrap()));
        let config = json!({"payload_validation_jmespath": "amount"});
        let result = json!({"b": 1.0, "a": "é"});

        let python = json!({"dies": true, "config": config});
        assert_eq!(table.python(event.clone(), python), json!({"died": true, "ran": 1}));
        let running = table.items().await;
        assert_eq!(table.owners().await, [None]);
        table.clear().await;
        die(&place, &event).await;
        assert_eq!(table.items().await, running);
        assert!(matches!(&table.owners().await[..], [Some(_)]));

        table.clear().await;
        table.python(event.clone(), json!({"result": result, "config": config}));
        let completed = table.items().await;
        assert_eq!(completed.len(), 1);
        table.clear().await;
        call(&place, &event, result.clone()).await.unwrap();
        assert_eq!(table.items().await, completed);
        // Python reads the record with our owner, and leaves it alone.
        assert!(matches!(&table.owners().await[..], [Some(_)]));
        let python = table.python(event, json!({"result": "ran again", "config": config}));
        assert_eq!(python, replayed(result));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn running_attempt_is_refused_across_python_and_rust() {
    in_each_layout(async |table| {
        let place = table.ours(|it| it);
        let event = json!({"id": "python's"});
        table.python(event.clone(), json!({"dies": true}));
        match call(&place, &event, Value::Null).await {
            Err(IdempotencyError::InProgress { until: Some(until), .. }) => {
                let left = until.duration_since(SystemTime::now()).unwrap();
                assert!((30..=60).contains(&left.as_secs()), "{left:?}");
            }
            other => panic!("{other:?}"),
        }
        let event = json!({"id": "python's, without a lease"});
        table.python(event.clone(), json!({"dies": true, "remaining_ms": null}));
        let refused = call(&place, &event, Value::Null).await;
        assert!(matches!(refused, Err(IdempotencyError::InProgress { until: None, .. })));

        let event = json!({"id": "ours"});
        die(&place, &event).await;
        let refused = json!({"error": "IdempotencyAlreadyInProgressError", "ran": 0});
        assert_eq!(table.python(event, json!({})), refused);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn ended_or_expired_record_is_taken_over_across_python_and_rust() {
    in_each_layout(async |table| {
        let place = table.ours(|it| it);
        let event = json!({"id": "a lease of Python's that has ended"});
        table.python(event.clone(), json!({"dies": true, "remaining_ms": -1000}));
        assert!(!call(&place, &event, Value::Null).await.unwrap().is_replayed());

        let event = json!({"id": "a result of Python's that has expired"});
        table.python(event.clone(), json!({"config": {"expires_after_seconds": -10}}));
        assert!(!call(&place, &event, Value::Null).await.unwrap().is_replayed());

        let event = json!({"id": "a lease of ours that has ended"});
        let lease = Duration::from_secs(60);
        die(&table.ours(|it| it.clock(ago(120)).default_lease(lease)), &event).await;
        assert_eq!(table.python(event, json!({"result": 1})), ran(json!(1)));

        let event = json!({"id": "a result of ours that has expired"});
        let expired = table.ours(|it| it.clock(ago(2 * 60 * 60)));
        call(&expired, &event, Value::Null).await.unwrap();
        assert_eq!(table.python(event, json!({"result": 2})), ran(json!(2)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn payload_validation_works_across_python_and_rust() {
    in_each_layout(async |table| {
        for (part, same, other) in [
            ("amount", json!({"amount": 5}), json!({"amount": 5.0})),
            ("[amount, gone]", json!({"amount": null}), json!({"gone": 1})),
            ("amount", json!({"amount": ""}), json!({})),
            ("powertools_json(body)", json!({"body": "{\"a\": []}"}), json!({"body": "{}"})),
        ] {
            let place = table.ours(|it| it.validate(KeyFrom::jmespath(part).unwrap()));
            let config = json!({"config": {"payload_validation_jmespath": part}});
            let event = |id: &str, members: &Value| {
                let mut event = members.clone();
                event["id"] = format!("{id} {part} {same}").into();
                event
            };
            assert_eq!(table.python(event("python's", &same), config.clone()), ran(Value::Null));
            let ours = call(&place, &event("python's", &same), json!(1)).await;
            assert!(ours.unwrap().is_replayed(), "{part}");
            let ours = call(&place, &event("python's", &other), json!(1)).await;
            assert!(matches!(ours, Err(IdempotencyError::PayloadMismatch { .. })), "{part}");

            call(&place, &event("ours", &same), json!(1)).await.unwrap();
            let python = table.python(event("ours", &same), config.clone());
            assert_eq!(python, replayed(json!(1)));
            let refused = json!({"error": "IdempotencyValidationError", "ran": 0});
            assert_eq!(table.python(event("ours", &other), config), refused);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn failure_releases_the_key_across_python_and_rust() {
    in_each_layout(async |table| {
        let place = table.ours(|it| it);
        let event = json!({"id": 1});
        let failed = table.python(event.clone(), json!({"fails": true}));
        assert_eq!(failed, json!({"error": "ValueError", "ran": 1}));
        assert_eq!(table.items().await.len(), 0);
        let failed: Answer = place.call(&event).try_run(async || Err(io::Error::other("no"))).await;
        assert!(matches!(failed, Err(IdempotencyError::Failed(_))));
        assert_eq!(table.python(event, json!({"result": 1})), ran(json!(1)));
    })
    .await;
}

/// Python writes without looking; what it overwrites is noticed here, and nothing of Python's is.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
async fn late_attempt_of_python_is_detected() {
    let table = Table::with(Layout::Simple).await;
    let place = table.ours(|it| it);
    let event = json!({"id": "a late attempt of Python's"});
    let file = std::env::temp_dir().join(format!("late-attempt-{}", std::process::id()));
    let late = json!({"remaining_ms": -1000, "until": file, "result": "python's"});
    let late = table.python_meanwhile(event.clone(), late);
    while table.items().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let work = async || {
        fs::write(&file, "").unwrap();
        assert_eq!(late.await.unwrap(), ran(json!("python's")));
        fs::remove_file(&file).unwrap();
        Ok::<_, io::Error>(json!("ours"))
    };
    let ours = place.call(&event).try_run(work).await;
    assert!(matches!(ours, Err(IdempotencyError::LeaseLost { result, .. }) if result == "ours"));
    let again = call(&place, &event, Value::Null).await.unwrap();
    assert_eq!((again.is_replayed(), again.into_inner()), (true, json!("python's")));

    let event = json!({"id": "a late attempt of ours"});
    let lease = Duration::from_secs(60);
    let late = table.ours(|it| it.clock(ago(120)).default_lease(lease));
    let work = async || {
        let python = table.python(event.clone(), json!({"result": "python's"}));
        assert_eq!(python, ran(json!("python's")));
        Ok::<_, io::Error>(json!("ours"))
    };
    let ours = late.call(&event).try_run(work).await;
    assert!(matches!(ours, Err(IdempotencyError::LeaseLost { result, .. }) if result == "ours"));
    assert_eq!(table.python(event, json!({})), replayed(json!("python's")));
}
