//! `#[traced]`: a function in a span of its own that keeps what it returns.

use std::{borrow::Cow, fmt::Debug};

use powertools_tracer::{
    TracedCall,
    testing::{Captured, capture},
    traced,
};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Clone, Debug, Serialize)]
struct Order {
    id: u32,
    customer: String,
}

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("order {0} is lost")]
    Lost(u32, #[source] std::num::ParseIntError),
}

const MODULE: &str = module_path!();

fn order() -> Order {
    Order { id: 17, customer: "ada".to_owned() }
}

fn lost() -> OrderError {
    OrderError::Lost(17, "x".parse::<u8>().unwrap_err())
}

fn metadata<'a>(span: &'a Value, name: &str) -> &'a Value {
    &span["metadata"]["service_undefined"][name]
}

fn named<'a>(spans: &'a [Value], name: &str) -> &'a Value {
    let span = spans.iter().find(|span| span["name"] == name);
    span.unwrap_or_else(|| panic!("no span is named {name:?}: {spans:?}"))
}

#[traced]
async fn look_up(id: u32, secret: &str) -> Result<Order, OrderError> {
    tokio::task::yield_now().await;
    if secret.is_empty() { Err(lost()) } else { Ok(Order { id, ..order() }) }
}

/// What [`look_up`] expands to, by hand.
async fn look_up_by_hand(id: u32, secret: &str) -> Result<Order, OrderError> {
    let call = TracedCall::new(tracing::info_span!("look_up"));
    let result = call
        .run(async || {
            tokio::task::yield_now().await;
            if secret.is_empty() { Err(lost()) } else { Ok(Order { id, ..order() }) }
        })
        .await;
    match &result {
        Ok(order) => call.keep_response(order),
        Err(error) => call.keep_error(error),
    }
    result
}

/// Leaves of a span what two runs have in common.
fn lasting(mut span: Value) -> Value {
    for member in ["id", "start_time", "end_time"] {
        span[member] = Value::Null;
    }
    if let Some(exceptions) = span["cause"]["exceptions"].as_array_mut() {
        for exception in exceptions {
            exception["id"] = Value::Null;
            exception["cause"] = Value::Null;
        }
    }
    span
}

#[tokio::test]
async fn response_is_captured_and_arguments_are_not() {
    let captured = capture();
    captured.invoke(look_up(17, "s3cret")).await.unwrap();
    let span = captured.last();
    assert_eq!(span["name"], format!("## {MODULE}::look_up"));
    let kept = json!({"service_undefined": {
        format!("{MODULE}::look_up response"): {"id": 17, "customer": "ada"},
    }});
    assert_eq!((&span["metadata"], span.get("fault")), (&kept, None));
}

#[tokio::test]
async fn error_makes_the_span_a_fault_with_its_sources() {
    let captured = capture();
    captured.invoke(look_up(17, "")).await.unwrap_err();
    let span = captured.last();
    assert_eq!(span["fault"], true);
    let exceptions = span["cause"]["exceptions"].as_array().unwrap();
    let told = exceptions.iter().map(|it| (it["type"].as_str(), it["message"].as_str()));
    let expected = [
        (Some("OrderError"), Some("order 17 is lost")),
        (Some("ParseIntError"), Some("invalid digit found in string")),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let error = metadata(&span, &format!("{MODULE}::look_up error")).clone();
    assert_eq!(error["value"], "order 17 is lost");
}

#[tokio::test]
async fn attribute_equals_the_code_written_by_hand() {
    let captured = capture();
    for secret in ["s3cret", ""] {
        let _ = captured.invoke(look_up(17, secret)).await;
        let attribute = captured.last();
        let _ = captured.invoke(look_up_by_hand(17, secret)).await;
        assert_eq!(lasting(attribute), lasting(captured.last()));
    }
}

#[traced(
    name = "look around",
    capture_response = false,
    capture_error = false,
    skip(secret),
    fields(order_id = order.id, ?order, size = %order.customer.len()),
    annotations(customer = order.customer, express, id = order.id, prefix = order.customer[..1])
)]
fn everything(order: &Order, express: bool, secret: &str) -> Result<Hidden, Hidden> {
    if secret.is_empty() { Err(Hidden) } else { Ok(Hidden) }
}

/// Neither `Serialize` nor an error.
#[derive(Debug)]
struct Hidden;

#[tokio::test]
async fn fields_and_annotations_are_captured_as_configured() {
    let captured = capture();
    captured.invoke(async { everything(&order(), true, "").unwrap_err() }).await;
    let span = captured.last();
    assert_eq!(span["name"], "look around");
    let annotations = json!({"customer": "ada", "express": true, "id": 17, "prefix": "a"});
    assert_eq!(span["annotations"], annotations);
    assert_eq!(metadata(&span, "order_id"), 17);
    assert_eq!(metadata(&span, "size"), "3");
    assert!(metadata(&span, "order").to_string().contains("ada"), "{span}");
    assert_eq!(
        span["metadata"]["service_undefined"].as_object().map(serde_json::Map::len),
        Some(3)
    );
    let exception = &span["cause"]["exceptions"][0];
    assert_eq!((&exception["type"], &exception["message"]), (&json!("Hidden"), &json!("")));
}

trait Describe {
    fn describe(&self) -> String;
}

impl Describe for Order {
    fn describe(&self) -> String {
        self.customer.clone()
    }
}

impl Serialize for dyn Describe {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.describe())
    }
}

/// Methods, borrowed results, patterns, and types without a name.
struct Shop {
    orders: Vec<Order>,
}

impl Shop {
    #[traced]
    fn first(&self) -> Option<&Order> {
        self.orders.first()
    }

    #[traced]
    async fn first_mut(&mut self) -> &mut Order {
        tokio::task::yield_now().await;
        &mut self.orders[0]
    }

    #[traced]
    fn last_mut<'a>(&'a mut self, _: &str) -> Option<&'a mut Order> {
        self.orders.last_mut()
    }

    #[traced]
    async fn customer(&self, mut at: usize) -> Cow<'_, str> {
        at -= 1;
        Cow::Borrowed(&self.orders[at].customer)
    }

    #[traced(capture_response = false)]
    fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.orders.iter().map(|order| order.id)
    }

    #[traced(fields(count = self.orders.len()))]
    async fn restock<T>(
        &mut self,
        (id, customer): (T, &str),
    ) -> Result<impl Serialize, Box<dyn std::error::Error>>
    where
        T: TryInto<u32, Error: std::error::Error + 'static> + Debug,
    {
        let id = id.try_into()?;
        self.orders.push(Order { id, customer: customer.to_owned() });
        Ok(self.orders.len())
    }

    #[traced]
    async fn any(&self) -> Result<Box<dyn Describe>, Box<dyn std::error::Error + Send + Sync>> {
        if self.orders.is_empty() {
            return Err(Box::new(lost()));
        }
        Ok(Box::new(self.orders[0].clone()))
    }

    #[traced]
    async fn close(self) {
        drop(self.orders);
    }
}

#[tokio::test]
async fn traced_function_can_borrow_mutate_and_return_anything() {
    let captured = capture();
    captured
        .invoke(async {
            let mut shop = Shop { orders: vec![order()] };
            assert_eq!(shop.first().unwrap().id, 17);
            shop.first_mut().await.id = 18;
            shop.last_mut("x").unwrap().id += 1;
            assert_eq!(shop.customer(1).await, "ada");
            assert_eq!(shop.ids().collect::<Vec<_>>(), [19]);
            assert!(shop.restock((-1, "bob")).await.is_err());
            assert!(shop.restock((20_u8, "bob")).await.is_ok());
            assert_eq!(shop.any().await.unwrap().describe(), "ada");
            shop.close().await;
        })
        .await;
    let spans = captured.spans();
    let at = |name: &str| named(&spans, &format!("## {MODULE}::{name}")).clone();
    let kept = |name: &str| metadata(&at(name), &format!("{MODULE}::{name} response")).clone();
    assert_eq!(kept("first"), json!({"id": 17, "customer": "ada"}));
    assert_eq!(kept("first_mut"), json!({"id": 17, "customer": "ada"}));
    assert_eq!((kept("customer"), kept("any")), (json!("ada"), json!("ada")));
    assert_eq!(at("close").get("metadata"), None, "nothing is told of nothing");
    let restocked = spans.iter().filter(|span| span["name"] == at("restock")["name"]);
    let restocked =
        restocked.map(|span| (span.get("fault").is_some(), metadata(span, "count").clone()));
    assert_eq!(restocked.collect::<Vec<_>>(), [(true, json!(1)), (false, json!(1))]);
}

#[traced]
async fn outer() -> u32 {
    inner(2) + tokio::spawn(async { 1 }).await.unwrap()
}

#[traced]
fn inner(by: u32) -> u32 {
    powertools_tracer::annotation("by", by);
    by
}

#[tokio::test]
async fn traced_functions_can_nest() {
    let captured = capture();
    assert_eq!(captured.invoke(outer()).await, 3);
    let spans = captured.spans();
    let (outer, inner) = (&spans[0], &spans[1]);
    assert_eq!(outer["id"], inner["parent_id"]);
    assert_eq!(inner["annotations"]["by"], 2);
    assert_eq!(outer.get("annotations"), None);
}

#[traced]
#[powertools_metrics::metered]
async fn both(id: u32) -> Result<u32, OrderError> {
    id.checked_sub(1).ok_or_else(lost)
}

#[tokio::test]
async fn function_can_be_traced_and_metered() {
    let captured = capture();
    let metrics = powertools_metrics::testing::Captured::new();
    captured
        .invoke(async {
            let invocation = powertools_core::Invocation::current().unwrap();
            metrics.metrics().open(&invocation);
            both(0).await.unwrap_err();
            metrics.metrics().close(&invocation);
        })
        .await;
    assert_eq!(metrics.last()["BothErrors"], json!([1.0]));
    let spans = captured.spans();
    assert_eq!(named(&spans, &format!("## {MODULE}::both"))["fault"], true);
}

#[tokio::test]
async fn future_of_a_traced_function_is_send() {
    let captured = capture();
    let dispatch = captured.dispatch().clone();
    let task = async move { look_up(1, "s3cret").await.map(|order| order.id) };
    let task = tracing::instrument::WithSubscriber::with_subscriber(task, dispatch);
    assert_eq!(tokio::spawn(task).await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn settings_of_the_tracer_apply() {
    let captured = Captured::with(|tracer| tracer.capture_response(false).capture_error(false));
    let _ = captured.invoke(look_up(17, "s3cret")).await;
    assert_eq!(captured.last().get("metadata"), None);
    let _ = captured.invoke(look_up(17, "")).await;
    let exception = &captured.last()["cause"]["exceptions"][0];
    assert_eq!((&exception["type"], &exception["message"]), (&json!("OrderError"), &json!("")));
}

#[test]
fn function_outside_an_invocation_is_unchanged() {
    assert!(everything(&order(), false, "s3cret").is_ok());
    assert_eq!(inner(2), 2);
}

#[tokio::test]
async fn expansion_uses_absolute_paths() {
    #[expect(dead_code, reason = "they are there to be in the way")]
    mod crowded {
        struct TracedCall;
        struct Span;
        enum Option {}

        #[powertools_tracer::traced]
        pub(super) fn both(call: u8, result: u8, of: u8) -> Result<u8, String> {
            if of == 0 { Err("nothing".to_owned()) } else { Ok(call + result) }
        }

        #[powertools::traced(annotations(call))]
        pub(super) async fn facade(call: u8) -> Result<u8, String> {
            both(call, call, call)
        }
    }

    let captured = capture();
    assert_eq!(captured.invoke(crowded::facade(4)).await, Ok(8));
    assert_eq!(captured.spans()[0]["annotations"]["call"], 4);
}
