//! The layer around a handler, on the Runtime API: it runs once a key.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_idempotency::{
    Environment, Idempotency, IdempotencyBuilder, IdempotencyError, Invocation, KeyFrom,
    MemoryStore, OnInProgress, Status,
};
use powertools_local::{Builder, Local, Outcome};
use powertools_logger::testing::capture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tower_layer::Layer;

/// An order, and what is to happen to it.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Order {
    id: u32,
    #[serde(rename = "do")]
    fate: Fate,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Fate {
    Place,
    Dawdle,
    Fail,
    Panic,
    Hang,
}

#[derive(Debug, Deserialize, Serialize)]
struct Placed {
    effect: u32,
    request_id: String,
}

/// A handler that counts its effects, and follows an order's fate as long as it may.
#[derive(Clone, Default)]
struct Shop {
    store: MemoryStore,
    effects: Arc<AtomicU32>,
    /// How many invocations meet the fate of their orders; all later ones place them.
    unlucky: Arc<AtomicU32>,
    /// What an order that dawdles waits for.
    go_on: Arc<Notify>,
}

type Configure = fn(IdempotencyBuilder<MemoryStore>) -> IdempotencyBuilder<MemoryStore>;

impl Shop {
    fn new(unlucky: u32) -> Self {
        Self { unlucky: Arc::new(AtomicU32::new(unlucky)), ..Self::default() }
    }

    async fn place(self, event: LambdaEvent<Order>) -> Result<Placed, Error> {
        let is_unlucky = |left: u32| left.checked_sub(1);
        let unlucky = self.unlucky.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_unlucky);
        match unlucky.map_or(Fate::Place, |_| event.payload.fate) {
            Fate::Fail => return Err("out of tea".into()),
            Fate::Panic => panic!("the kettle broke"),
            Fate::Hang => std::future::pending().await,
            Fate::Dawdle => self.go_on.notified().await,
            Fate::Place => (),
        }
        let effect = self.effects.fetch_add(1, Ordering::SeqCst) + 1;
        let invocation = Invocation::current().expect("the layer opens it");
        Ok(Placed { effect, request_id: invocation.request_id().to_owned() })
    }

    fn orders(&self, configure: Configure) -> Idempotency<MemoryStore> {
        let nothing = Environment::of([("AWS_LAMBDA_FUNCTION_NAME", "shop")]);
        let builder = Idempotency::builder("place", self.store.clone()).environment(nothing);
        configure(builder.key_from(KeyFrom::Pointer("/id".into()))).build()
    }

    /// Starts one more environment of the function.
    async fn start(&self, configure: Configure) -> Local {
        let local = patient(1).start().await.unwrap();
        let (shop, orders) = (self.clone(), self.orders(configure));
        let handler = service_fn(move |event| shop.clone().place(event));
        local.serve(|| Runtime::new(orders.handler_layer().layer(handler))).unwrap();
        local
    }

    /// Starts an environment that serves two invocations at once.
    async fn start_concurrent(&self, configure: Configure) -> Local {
        let local = patient(2).start().await.unwrap();
        let (shop, orders) = (self.clone(), self.orders(configure));
        let handler = service_fn(move |event| shop.clone().place(event));
        local.serve_concurrent(|| Runtime::new(orders.handler_layer().layer(handler))).unwrap();
        local
    }

    /// Returns when there are records of so many orders.
    async fn has_claimed(&self, orders: usize) {
        while self.store.keys().len() < orders {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn effects(&self) -> u32 {
        self.effects.load(Ordering::SeqCst)
    }
}

fn patient(concurrency: u32) -> Builder {
    let patience = Duration::from_secs(30);
    Local::builder("shop").timeout(patience).init_timeout(patience).concurrency(concurrency)
}

fn order(id: u32, fate: Fate) -> Order {
    Order { id, fate }
}

fn placed(outcome: &Outcome) -> Placed {
    assert_eq!(outcome.function_error, None);
    outcome.json().unwrap()
}

fn error_type(outcome: &Outcome) -> String {
    outcome.function_error.as_ref().expect("it failed").error_type.clone()
}

#[tokio::test]
async fn duplicate_event_runs_once_and_gets_the_same_response() {
    let shop = Shop::new(0);
    let (one, other) = (shop.start(|it| it).await, shop.start(|it| it).await);
    let first = one.invoke(&order(1, Fate::Place)).await.unwrap();
    let second = other.invoke(&order(1, Fate::Place)).await.unwrap();
    assert_eq!(placed(&first).request_id, first.request_id);
    assert_eq!(first.payload, second.payload);
    assert_ne!(first.request_id, second.request_id);
    let third = one.invoke(&order(2, Fate::Place)).await.unwrap();
    assert_eq!((placed(&third).effect, shop.effects()), (2, 2));
}

#[tokio::test]
async fn handler_error_is_unchanged_and_releases_the_key() {
    let shop = Shop::new(1);
    let local = shop.start(|it| it).await;
    let failed = local.invoke(&order(1, Fate::Fail)).await.unwrap();
    let bare = patient(1).start().await.unwrap();
    let fail = async |_: LambdaEvent<Value>| Err::<(), Error>("out of tea".into());
    bare.serve(|| Runtime::new(service_fn(fail))).unwrap();
    let without_layer = bare.invoke(&order(1, Fate::Fail)).await.unwrap();
    assert_eq!(failed.function_error, without_layer.function_error);
    assert!(shop.store.keys().is_empty());
    assert_eq!(placed(&local.invoke(&order(1, Fate::Fail)).await.unwrap()).effect, 1);
}

#[tokio::test]
async fn panic_continues_and_releases_the_key() {
    let shop = Shop::new(1);
    let local = shop.start(|it| it).await;
    let panicked = local.invoke(&order(1, Fate::Panic)).await.unwrap().function_error.unwrap();
    assert!(panicked.error_message.contains("the kettle broke"), "{panicked}");
    assert!(shop.store.keys().is_empty());
    assert_eq!(placed(&local.invoke(&order(1, Fate::Panic)).await.unwrap()).effect, 1);
}

#[tokio::test]
async fn timeout_leaves_the_lease_until_the_deadline() {
    let shop = Shop::new(1);
    let (one, other) = (shop.start(|it| it).await, shop.start(|it| it).await);
    let hanging = order(1, Fate::Hang);
    // The second has to be refused before that.
    let timeout = Duration::from_secs(6);
    let timed_out = tokio::spawn(one.invocation(&hanging).timeout(timeout).send());
    shop.has_claimed(1).await;
    let refused = other.invoke(&hanging).await.unwrap();
    assert_eq!(error_type(&refused), "IdempotencyAlreadyInProgress");
    assert!(timed_out.await.unwrap().unwrap().timed_out);
    let record = shop.store.get(&shop.store.keys()[0]).unwrap();
    assert_eq!(record.status, Status::InProgress, "nobody knows how far it came");
    // Well under the five minutes of a lease without a deadline.
    let outcome = loop {
        let outcome = other.invoke(&hanging).await.unwrap();
        if outcome.function_error.is_none() {
            break outcome;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((placed(&outcome).effect, shop.effects()), (1, 1));
}

#[tokio::test]
async fn concurrent_duplicates_in_one_process_are_refused_or_wait() {
    let shop = Shop::new(u32::MAX);
    let refusing = shop.start_concurrent(|it| it).await;
    let dawdling = order(1, Fate::Dawdle);
    let (done, refused) = tokio::join!(refusing.invoke(&dawdling), async {
        shop.has_claimed(1).await;
        let refused = refusing.invoke(&dawdling).await;
        shop.go_on.notify_one();
        refused
    });
    assert_eq!(error_type(&refused.unwrap()), "IdempotencyAlreadyInProgress");
    assert_eq!(placed(&done.unwrap()).effect, 1);

    let wait =
        |it: IdempotencyBuilder<_>| it.on_in_progress(OnInProgress::Wait(Duration::from_secs(20)));
    let waiting = shop.start_concurrent(wait).await;
    let dawdling = order(2, Fate::Dawdle);
    let (first, second, ()) =
        tokio::join!(waiting.invoke(&dawdling), waiting.invoke(&dawdling), async {
            shop.has_claimed(2).await;
            // The other one waits by now, or finds the result: both are right.
            tokio::time::sleep(Duration::from_millis(100)).await;
            shop.go_on.notify_one();
        });
    assert_eq!(first.unwrap().payload, second.unwrap().payload);
    assert_eq!(shop.effects(), 2);
}

#[tokio::test]
async fn idempotency_errors_have_stable_error_types() {
    let shop = Shop::new(0);
    let local = shop.start(|it| it.validate(KeyFrom::Pointer("/do".into()))).await;
    placed(&local.invoke(&order(1, Fate::Place)).await.unwrap());
    let mismatch = local.invoke(&order(1, Fate::Dawdle)).await.unwrap();
    assert_eq!(error_type(&mismatch), "IdempotencyPayloadMismatch");
    let keyless = shop.start(|it| it.key_from(KeyFrom::Pointer("/nowhere".into()))).await;
    let error = keyless.invoke(&order(1, Fate::Place)).await.unwrap().function_error.unwrap();
    assert_eq!(error.error_type, "IdempotencyKeyMissing");
    assert!(error.error_message.contains("/nowhere"), "{error}");
}

#[tokio::test]
async fn handler_can_return_the_error_of_run() {
    let shop = Shop::new(0);
    let orders = shop.orders(|it| it.key_from(KeyFrom::Pointer("/nowhere".into())));
    let handler = move |event: LambdaEvent<Value>| {
        let orders = orders.clone();
        async move {
            let call = orders.call(&event.payload);
            let outcome = call.try_run(async || Ok::<_, std::io::Error>(1)).await?;
            Ok::<_, IdempotencyError<u32, std::io::Error>>(outcome.into_inner())
        }
    };
    let local = patient(1).start().await.unwrap();
    local.serve(|| Runtime::new(service_fn(handler))).unwrap();
    assert_eq!(error_type(&local.invoke(&json!({})).await.unwrap()), "IdempotencyKeyMissing");
}

#[tokio::test]
async fn outer_layer_sees_refusals_and_handler_errors() {
    let (lines, shop) = (capture(), Shop::new(1));
    let logger = lines.logger().clone();
    let orders = shop.orders(|it| it.validate(KeyFrom::Pointer("/do".into())));
    let handler = service_fn(move |event| shop.clone().place(event));
    let handler = logger.handler_layer().layer(orders.handler_layer().layer(handler));
    let local = patient(1).start().await.unwrap();
    local.serve(|| Runtime::new(handler).layer(logger.runtime_layer())).unwrap();
    for fate in [Fate::Fail, Fate::Place, Fate::Dawdle] {
        local.invoke(&order(1, fate)).await.unwrap();
    }
    let mut failed = lines.values();
    failed.retain(|line| line["level"] == "ERROR");
    assert_eq!(failed.len(), 2, "{failed:?}");
    let messages = [&failed[0]["message"], &failed[1]["message"]];
    assert_eq!(messages, ["handler failed", "handler did not run"]);
    assert_eq!(failed[0]["exception"], "out of tea");
    assert_eq!(failed[1]["exception_name"], "IdempotencyPayloadMismatch");
}
