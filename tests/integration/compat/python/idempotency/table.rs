//! A table that Powertools for Python and this crate share.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use aws_sdk_dynamodb::{Client, config::retry::RetryConfig, types::AttributeValue};
use powertools_idempotency::{
    DynamoDbStore, Environment, Idempotency, IdempotencyBuilder, KeyFrom, ManualClock,
};
use serde_json::{Value, json};
use tokio::task::block_in_place;

use super::{LineProcess, start};
use crate::idempotency::dynamodb::database::{client, create_table, serve};

/// How its items are keyed, and what their attributes are called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Layout {
    Simple,
    Composite,
    Renamed,
}

pub(super) const LAYOUTS: [Layout; 3] = [Layout::Simple, Layout::Composite, Layout::Renamed];

/// The table, and Python beside it.
pub(super) struct Table {
    pub(super) client: Client,
    endpoint: String,
    layout: Layout,
    peer: Arc<Mutex<LineProcess>>,
}

/// An operation of ours.
pub(super) type Place = Idempotency<DynamoDbStore>;

impl Table {
    pub(super) async fn with(layout: Layout) -> Self {
        let endpoint = serve().await;
        let client = client(&endpoint, RetryConfig::standard());
        create(&client, layout).await;
        Self { client, endpoint, layout, peer: Arc::new(Mutex::new(start())) }
    }

    /// Returns our operation, as the one that `python` calls; it finds keys in `id`.
    pub(super) fn ours(
        &self,
        configure: impl FnOnce(IdempotencyBuilder<DynamoDbStore>) -> IdempotencyBuilder<DynamoDbStore>,
    ) -> Place {
        let function = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "orders")]);
        let store = DynamoDbStore::builder("records")
            .client(self.client.clone())
            .environment(function.clone());
        let store = match self.layout {
            Layout::Simple => store,
            Layout::Composite => store.key_attr("pk").sort_key_attr("sk"),
            Layout::Renamed => store
                .key_attr("k")
                .expiry_attr("e")
                .in_progress_expiry_attr("i")
                .status_attr("s")
                .data_attr("d")
                .validation_attr("v"),
        };
        let builder = Idempotency::builder("place", store.build().unwrap())
            .environment(function)
            .key_from(KeyFrom::jmespath("id").unwrap())
            .python_compatible("orders.handler.place");
        configure(builder).build()
    }

    /// Has Python call its function.
    pub(super) fn python(&self, event: Value, options: Value) -> Value {
        let mut peer = self.peer.lock().unwrap();
        block_in_place(|| peer.ask(self.question(event, options)))
    }

    /// Has Python call its function in the meantime.
    pub(super) fn python_meanwhile(
        &self,
        event: Value,
        options: Value,
    ) -> tokio::task::JoinHandle<Value> {
        let (peer, question) = (self.peer.clone(), self.question(event, options));
        tokio::task::spawn_blocking(move || peer.lock().unwrap().ask(question))
    }

    fn question(&self, event: Value, options: Value) -> Value {
        let store = match self.layout {
            Layout::Simple => json!({}),
            Layout::Composite => json!({"key_attr": "pk", "sort_key_attr": "sk"}),
            Layout::Renamed => json!({
                "key_attr": "k", "expiry_attr": "e", "in_progress_expiry_attr": "i",
                "status_attr": "s", "data_attr": "d", "validation_key_attr": "v",
            }),
        };
        let mut question = json!({
            "op": "call", "name": "handler.place", "endpoint": self.endpoint, "event": event,
            "store": store, "config": {"event_key_jmespath": "id"}, "remaining_ms": 60_000,
        });
        question["store"]["table_name"] = "records".into();
        for (name, value) in options.as_object().unwrap() {
            match value.as_object() {
                Some(members) if name == "config" => {
                    let config = question[name].as_object_mut().unwrap();
                    config.extend(members.clone());
                }
                _ => question[name] = value.clone(),
            }
        }
        question
    }

    /// Returns the owners in the items, of which there is one in each of ours and none in Python's.
    pub(super) async fn owners(&self) -> Vec<Option<AttributeValue>> {
        let scanned = self.client.scan().table_name("records").send().await.unwrap();
        scanned.items().iter().map(|item| item.get("owner").cloned()).collect()
    }

    /// Returns the items without their owners and what differs by time, each as its attributes and values in order.
    pub(super) async fn items(&self) -> Vec<Vec<(String, String)>> {
        let scanned = self.client.scan().table_name("records").send().await.unwrap();
        let written = |value: &AttributeValue| match value {
            AttributeValue::S(text) => format!("text {text}"),
            // Times: how many digits tells seconds from milliseconds.
            AttributeValue::N(number) => format!("number of {}", number.len()),
            other => panic!("{other:?}"),
        };
        let pairs = |item: &std::collections::HashMap<String, AttributeValue>| {
            let mut pairs: Vec<_> = item
                .iter()
                .filter(|(name, _)| *name != "owner")
                .map(|(name, value)| (name.clone(), written(value)))
                .collect();
            pairs.sort();
            pairs
        };
        scanned.items().iter().map(pairs).collect()
    }

    pub(super) async fn clear(&self) {
        self.client.delete_table().table_name("records").send().await.unwrap();
        create(&self.client, self.layout).await;
    }
}

/// A clock that stands so long ago.
pub(super) fn ago(seconds: u64) -> ManualClock {
    ManualClock::at(SystemTime::now() - Duration::from_secs(seconds))
}

async fn create(client: &Client, layout: Layout) {
    let keys: &[&str] = match layout {
        Layout::Simple => &["id"],
        Layout::Composite => &["pk", "sk"],
        Layout::Renamed => &["k"],
    };
    create_table(client, "records", keys).await;
}
