//! Powertools for TypeScript's idempotency, asked for keys, and as another version of our function on one table.

use std::{
    io,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_dynamodb::{Client, config::retry::RetryConfig, types::AttributeValue};
use powertools_idempotency::{
    DynamoDbStore, Environment, Idempotency, IdempotencyBuilder, IdempotencyError, KeyFrom, Outcome,
};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, block_in_place};

use super::{
    idempotency::{
        typescript_key, typescript_vectors,
        values::{Numbers, texts},
    },
    line_process::LineProcess,
};
use crate::idempotency::dynamodb::database::{client, create_table, serve};

fn start() -> LineProcess {
    let script = std::env::var_os("POWERTOOLS_TYPESCRIPT");
    let script = script.expect("POWERTOOLS_TYPESCRIPT names the peer: run `cargo xtask test`");
    let mut process = Command::new("node");
    process.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    LineProcess::of(process.spawn().expect("Node.js is installed"))
}

fn question(payload: &str, expression: Option<&str>) -> Value {
    json!({"op": "key", "payload": payload, "expression": expression})
}

#[test]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
fn recorded_vectors_equal_output_of_powertools_for_typescript() {
    let vectors = typescript_vectors();
    let questions =
        vectors.iter().map(|it| question(&it.payload, it.expression.as_deref())).collect();
    for (vector, typescript) in vectors.iter().zip(start().ask_all(questions)) {
        assert_eq!(typescript["key"].as_str(), vector.key.as_deref(), "{vector:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
async fn ten_thousand_keys_equal_those_of_powertools_for_typescript() {
    let payloads = texts(12_500, Numbers::Any);
    let questions = payloads.iter().map(|payload| question(payload, None)).collect();
    let mut keyed = 0;
    for (payload, typescript) in payloads.iter().zip(start().ask_all(questions)) {
        let Some(key) = typescript_key(payload, None).await else { continue };
        assert_eq!(typescript["key"], key, "{payload}");
        keyed += 1;
    }
    assert!(keyed > 10_000, "{keyed} payloads have a key");
}

/// A table that both share, and TypeScript beside it.
struct Table {
    client: Client,
    endpoint: String,
    peer: Arc<Mutex<LineProcess>>,
}

type Place = Idempotency<DynamoDbStore>;

type Answer = Result<Outcome<Value>, IdempotencyError<Value, io::Error>>;

impl Table {
    async fn new() -> Self {
        let endpoint = serve().await;
        let client = client(&endpoint, RetryConfig::standard());
        create_table(&client, "records", &["id"]).await;
        Self { client, endpoint, peer: Arc::new(Mutex::new(start())) }
    }

    /// Returns our operation, as the one that `typescript` calls; it finds keys in `id`.
    fn ours(
        &self,
        configure: impl FnOnce(IdempotencyBuilder<DynamoDbStore>) -> IdempotencyBuilder<DynamoDbStore>,
    ) -> Place {
        let builder =
            Idempotency::builder("place", DynamoDbStore::new(self.client.clone(), "records"))
                .environment(Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]))
                .key_from(KeyFrom::jmespath("id").unwrap())
                .typescript_compatible("orders");
        configure(builder).build()
    }

    /// Has TypeScript call its function.
    fn typescript(&self, event: &Value, options: Value) -> Value {
        let mut peer = self.peer.lock().unwrap();
        block_in_place(|| peer.ask(self.question(event, options)))
    }

    /// Has TypeScript call its function in the meantime.
    fn typescript_meanwhile(&self, event: &Value, options: Value) -> JoinHandle<Value> {
        let (peer, question) = (self.peer.clone(), self.question(event, options));
        tokio::task::spawn_blocking(move || peer.lock().unwrap().ask(question))
    }

    fn question(&self, event: &Value, options: Value) -> Value {
        let mut question = json!({
            "op": "call", "prefix": "orders", "endpoint": self.endpoint, "event": event,
            "store": {"tableName": "records"}, "remaining_ms": 60_000,
            "config": {"eventKeyJmesPath": "id", "payloadValidationJmesPath": "amount"},
        });
        question.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        question
    }

    /// Returns the item of each key without its owner, times as how many digits they have.
    async fn items(&self) -> Vec<Value> {
        let scanned = self.client.scan().table_name("records").send().await.unwrap();
        let mut items: Vec<_> = scanned.items().to_vec();
        items.iter_mut().for_each(|item| drop(item.remove("owner")));
        items
            .iter()
            .map(|item| {
                item.iter()
                    .map(|(name, value)| match value {
                        AttributeValue::N(number) if name != "data" => {
                            (name.clone(), number.len().into())
                        }
                        value => (name.clone(), written(value)),
                    })
                    .collect()
            })
            .collect()
    }
}

/// Returns a value with the types of its attributes.
fn written(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::M(members) => {
            members.iter().map(|(name, value)| (name.clone(), written(value))).collect()
        }
        AttributeValue::L(values) => values.iter().map(written).collect(),
        other => format!("{other:?}").into(),
    }
}

async fn call(place: &Place, event: &Value, result: Value) -> Answer {
    place.call(event).try_run(async || Ok(result)).await
}

fn ran(result: Value) -> Value {
    json!({"result": result, "ran": 1})
}

fn replayed(result: &Value) -> Value {
    json!({"result": result, "ran": 0})
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
async fn records_are_equal_and_replayed_across_typescript_and_rust() {
    let results = [
        json!({"b": 1.5, "a": "é", "n": [1.25, null, {"y": 1, "x": -0.25}], "t": true, "e": {}}),
        json!("done"),
        json!(""),
        json!("{\"not\": \"an object\"}"),
        json!([]),
        json!(17),
        json!(false),
        Value::Null,
    ];
    let table = Table::new().await;
    let place = table.ours(|it| it.validate(KeyFrom::jmespath("amount").unwrap()));
    for (id, result) in results.iter().enumerate() {
        let theirs = json!({"id": format!("theirs-{id}"), "amount": {"b": 1.0, "a": id}});
        assert_eq!(table.typescript(&theirs, json!({"result": result})), ran(result.clone()));
        let ours = call(&place, &theirs, json!("ran again")).await.unwrap();
        assert_eq!((ours.is_replayed(), ours.into_inner()), (true, result.clone()));

        let event = json!({"id": format!("ours-{id}"), "amount": {"b": 1.0, "a": id}});
        assert!(!call(&place, &event, result.clone()).await.unwrap().is_replayed());
        assert_eq!(table.typescript(&event, json!({"result": "ran again"})), replayed(result));

        let without_id = |item: &Value| {
            let mut item = item.clone();
            item.as_object_mut().unwrap().remove("id");
            item
        };
        let items = table.items().await;
        let alike = items.iter().filter(|item| item["validation"] == items[0]["validation"]);
        let alike: Vec<_> = alike.map(without_id).collect();
        assert!(alike.len() >= 2 && alike.iter().all(|item| *item == alike[0]), "{alike:?}");
    }
    let nothing = json!({"id": "returns nothing"});
    assert_eq!(table.typescript(&nothing, json!({})), ran(Value::Null));
    let ours = call(&place, &nothing, json!("ran again")).await.unwrap();
    assert_eq!((ours.is_replayed(), ours.into_inner()), (true, Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
async fn running_attempts_and_payloads_are_respected_across_typescript_and_rust() {
    let table = Table::new().await;
    let place = table.ours(|it| it.validate(KeyFrom::jmespath("amount").unwrap()));
    let event = json!({"id": "theirs", "amount": 5});
    assert_eq!(table.typescript(&event, json!({"dies": true})), json!({"died": true, "ran": 1}));
    let refused = call(&place, &event, Value::Null).await;
    assert!(matches!(refused, Err(IdempotencyError::InProgress { until: Some(_), .. })));

    let event = json!({"id": "ours", "amount": 5});
    let work = async || {
        let refused = json!({"error": "IdempotencyAlreadyInProgressError", "ran": 0});
        assert_eq!(table.typescript(&event, json!({})), refused);
        Ok::<_, io::Error>(json!(1))
    };
    place.call(&event).try_run(work).await.unwrap();
    let other = json!({"id": "ours", "amount": 6});
    let refused = json!({"error": "IdempotencyValidationError", "ran": 0});
    assert_eq!(table.typescript(&other, json!({})), refused);

    let event = json!({"id": "validated there", "amount": [1.0, {"b": 1, "A": null}]});
    table.typescript(&event, json!({"result": 1}));
    assert!(call(&place, &event, json!(2)).await.unwrap().is_replayed());
    let other = json!({"id": "validated there", "amount": [1.5, {"b": 1, "A": null}]});
    let refused = call(&place, &other, json!(2)).await;
    assert!(matches!(refused, Err(IdempotencyError::PayloadMismatch { .. })));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
async fn failures_and_ended_leases_release_the_key_across_typescript_and_rust() {
    let table = Table::new().await;
    let place = table.ours(|it| it);
    let event = json!({"id": 1});
    let failed = json!({"error": "RangeError", "ran": 1});
    assert_eq!(table.typescript(&event, json!({"fails": true})), failed);
    let failed: Answer = place.call(&event).try_run(async || Err(io::Error::other("no"))).await;
    assert!(matches!(failed, Err(IdempotencyError::Failed(_))));
    assert_eq!(table.typescript(&event, json!({"result": 1})), ran(json!(1)));

    let event = json!({"id": "a lease of theirs that has ended"});
    table.typescript(&event, json!({"dies": true, "remaining_ms": -1000}));
    assert!(!call(&place, &event, Value::Null).await.unwrap().is_replayed());
}

/// TypeScript writes without looking; what it overwrites is noticed here.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Powertools for TypeScript: run `cargo xtask test`"]
async fn late_attempt_of_typescript_is_detected() {
    let table = Table::new().await;
    let place = table.ours(|it| it);
    let event = json!({"id": "late"});
    let file = std::env::temp_dir().join(format!("late-typescript-{}", std::process::id()));
    let late = json!({"remaining_ms": -1000, "until": file, "result": "theirs"});
    let late = table.typescript_meanwhile(&event, late);
    while table.items().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let work = async || {
        std::fs::write(&file, "").unwrap();
        assert_eq!(late.await.unwrap(), ran(json!("theirs")));
        std::fs::remove_file(&file).unwrap();
        Ok::<_, io::Error>(json!("ours"))
    };
    let ours = place.call(&event).try_run(work).await;
    assert!(matches!(ours, Err(IdempotencyError::LeaseLost { result, .. }) if result == "ours"));
    let again = call(&place, &event, Value::Null).await.unwrap();
    assert_eq!((again.is_replayed(), again.into_inner()), (true, json!("theirs")));
}
