//! `#[powertools::handler]`: what belongs to an invocation, put before a handler's body.

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use lambda_runtime::StreamResponse;
use powertools::{
    Environment, Error, Invocation, LambdaEvent, Powertools,
    idempotency::{Idempotency, IdempotencyProblem, MemoryStore},
    logger::CorrelationId,
    testing::Captured,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize, Serialize)]
struct Order {
    id: String,
    #[serde(default)]
    cards: Vec<Value>,
}

fn order(id: &str) -> Value {
    json!({"id": id, "cards": [{"number": 4242, "month": 5}], "headers": {"authorization": "s3cret"}})
}

#[powertools::handler(
    log_event,
    redact = ["/headers/authorization", "/cards/-/number"],
    correlation_id = EventBridge,
    cold_start_metric,
    capture_response = false,
    capture_error = false,
    timeout_margin = "2s"
)]
async fn everything(event: LambdaEvent<Order>) -> Result<usize, Error> {
    tracing::info!("placed");
    match event.payload.cards.len() {
        0 => Err("no card".into()),
        cards => Ok(cards),
    }
}

/// What [`everything`] expands to, by hand.
async fn everything_by_hand(event: LambdaEvent<Order>) -> Result<usize, Error> {
    if let Some(invocation) = Invocation::current() {
        invocation.set_deadline_margin(Duration::from_millis(2000));
    }
    powertools::logger::find_correlation_id(&CorrelationId::EventBridge);
    powertools::logger::log_event(&["/headers/authorization", "/cards/-/number"]);
    powertools::metrics::count_cold_start();
    powertools::tracer::capture_response(false);
    powertools::tracer::capture_error(false);
    tracing::info!("placed");
    match event.payload.cards.len() {
        0 => Err("no card".into()),
        cards => Ok(cards),
    }
}

/// Leaves of lines and spans what two runs have in common.
fn lasting(captured: &Captured) -> Value {
    let mut spans = captured.spans();
    let mut lines = captured.lines();
    for span in &mut spans {
        span["id"] = Value::Null;
        span["cause"] = Value::Null;
    }
    for line in &mut lines {
        line["span_id"] = Value::Null;
        line["location"] = Value::Null;
    }
    json!([spans, lines, captured.documents()])
}

#[tokio::test]
async fn log_event_line_has_the_correlation_id_and_is_redacted() {
    let captured = Captured::new();
    let answer = captured.invoke(everything, &order("o-1")).await;
    assert_eq!(answer.value(), 1);
    let lines = captured.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let event = json!({
        "id": "o-1",
        "cards": [{"number": "[redacted]", "month": 5}],
        "headers": {"authorization": "[redacted]"},
    });
    assert_eq!(lines[0]["event"], event);
    assert_eq!(lines[0]["message"], "Lambda invocation event");
    assert!(lines.iter().all(|line| line["correlation_id"] == "o-1"), "{lines:?}");
}

#[tokio::test]
async fn cold_start_is_counted_once_and_capture_response_false_is_respected() {
    let captured = Captured::with(|it| it.metrics(|metrics| metrics.cold_start_metric(true)));
    for _ in 0..2 {
        captured.invoke(everything, &order("o-1")).await;
    }
    let documents = captured.documents();
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0]["ColdStart"], json!([1.0]));
    assert_eq!(documents[0]["function_name"], "test");
    assert_eq!(captured.spans()[0].get("metadata"), None);
}

#[tokio::test]
async fn capture_error_false_keeps_the_error_type_only() {
    let captured = Captured::new();
    let answer = captured.invoke(everything, &json!({"id": "o-1"})).await;
    assert_eq!(answer.error().map(|error| error.error_message.as_str()), Some("no card"));
    let span = &captured.spans()[0];
    assert_eq!((&span["fault"], span.get("metadata")), (&json!(true), None));
    assert_eq!(span["cause"]["exceptions"][0]["message"], "");
}

#[tokio::test]
async fn attribute_equals_the_code_written_by_hand() {
    for event in [order("o-1"), json!({"id": "o-2"})] {
        let by_attribute = Captured::new();
        by_attribute.invoke(everything, &event).await;
        let by_attribute = lasting(&by_attribute);
        let by_hand = Captured::new();
        by_hand.invoke(everything_by_hand, &event).await;
        assert_eq!(by_attribute, lasting(&by_hand));
    }
}

#[powertools::handler(log_event, correlation_id = "/missing")]
async fn alone(event: LambdaEvent<Order>) -> Result<String, Error> {
    Ok(event.payload.id)
}

#[tokio::test]
async fn handler_outside_an_invocation_is_unchanged() {
    let event = LambdaEvent::new(Order { id: "o-1".into(), cards: Vec::new() }, Default::default());
    assert_eq!(alone(event).await.unwrap(), "o-1");
}

#[tokio::test]
async fn event_is_logged_once_and_a_missing_correlation_id_is_ignored() {
    let captured = Captured::with(|it| {
        it.logger(|logger| logger.log_event(true).correlation_id(CorrelationId::EventBridge))
    });
    captured.invoke(alone, &order("o-1")).await;
    assert_eq!(captured.lines().len(), 1);
    let mut event = order("o-1");
    event["headers"]["authorization"] = "[redacted]".into();
    assert_eq!(captured.lines()[0]["event"], event);
    assert_eq!(captured.lines()[0]["correlation_id"], "o-1");
}

#[powertools::handler(log_event, correlation_id = ["/missing", "/headers/X-CORRELATION-ID", EventBridge])]
async fn found_in_several_places(event: LambdaEvent<Order>) -> Result<String, Error> {
    Ok(event.payload.id)
}

#[powertools::handler(correlation_id = |event| CorrelationId::EventBridge.find_in(event).map(|id| id + "!"))]
async fn found_by_a_closure(event: LambdaEvent<Order>) -> Result<String, Error> {
    tracing::info!("found");
    Ok(event.payload.id)
}

#[tokio::test]
async fn correlation_id_comes_from_a_list_or_a_closure() {
    let captured = Captured::new();
    captured.invoke(found_in_several_places, &order("o-1")).await;
    let mut event = order("o-1");
    event["headers"] = json!({"x-correlation-id": "c-1"});
    captured.invoke(found_in_several_places, &event).await;
    captured.invoke(found_by_a_closure, &event).await;
    let ids: Vec<Value> =
        captured.lines().iter().map(|line| line["correlation_id"].clone()).collect();
    assert_eq!(ids, ["o-1", "c-1", "o-1!"]);
}

static ORDERS: LazyLock<Idempotency<MemoryStore>> = LazyLock::new(|| {
    let nothing = Environment::empty();
    Idempotency::builder("place", MemoryStore::new()).environment(nothing).build()
});
static EFFECTS: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("no order")]
    Empty,
    #[error(transparent)]
    Idempotency(#[from] IdempotencyProblem),
}

#[powertools::handler(idempotent(store = ORDERS, key = event.payload.id), log_event)]
async fn once(event: LambdaEvent<Order>) -> Result<u32, OrderError> {
    if event.payload.cards.is_empty() {
        return Err(OrderError::Empty);
    }
    Ok(EFFECTS.fetch_add(1, Ordering::SeqCst) + 1)
}

#[tokio::test]
async fn idempotent_handler_runs_once_and_logs_each_delivery() {
    let captured = Captured::new();
    for _ in 0..3 {
        assert_eq!(captured.invoke(once, &order("o-7")).await.value(), 1);
    }
    assert_eq!(captured.lines().len(), 3);
    let answer = captured.invoke(once, &json!({"id": "o-8"})).await;
    assert_eq!(answer.error().unwrap().error_message, "no order");
    assert_eq!(EFFECTS.load(Ordering::SeqCst), 1);
}

/// Methods, generics, `impl Trait`, patterns, requests, streams.
#[derive(Clone)]
struct Shop {
    greeting: &'static str,
}

impl Shop {
    #[powertools::handler(correlation_id = "/id")]
    async fn serve(
        &self,
        LambdaEvent { payload, context: _ }: LambdaEvent<Order>,
    ) -> Result<impl Serialize + use<>, Error> {
        Ok(format!("{} {}", self.greeting, payload.id))
    }
}

#[powertools::handler(log_event)]
async fn generic<T: Serialize>(
    event: LambdaEvent<T>,
    note: impl Into<String>,
) -> Result<String, Error> {
    Ok(note.into() + &serde_json::to_string(&event.payload)?)
}

#[powertools::handler]
async fn plain(_: LambdaEvent<Value>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler(log_event, capture_response = false)]
async fn streaming(
    event: LambdaEvent<Order>,
) -> Result<
    StreamResponse<impl futures_util::Stream<Item = Result<Vec<u8>, Error>> + Unpin + use<>>,
    Error,
> {
    let chunks = [b"hello ".to_vec(), event.payload.id.into_bytes()];
    Ok(StreamResponse::from(futures_util::stream::iter(chunks.map(Ok))))
}

#[powertools::handler(log_event, redact = ["/headers/authorization"], correlation_id = ApiGatewayHttp)]
async fn over_http(request: lambda_http::Request) -> Result<lambda_http::Response<String>, Error> {
    let path = lambda_http::RequestExt::raw_http_path(&request).to_owned();
    Ok(lambda_http::Response::new(path))
}

#[tokio::test]
async fn methods_and_generic_functions_are_handlers() {
    let captured = Captured::new();
    let shop = Shop { greeting: "hello" };
    let serve = move |event| {
        let shop = shop.clone();
        async move { shop.serve(event).await }
    };
    assert_eq!(captured.invoke(serve, &order("o-1")).await.value(), "hello o-1");
    let generic = |event: LambdaEvent<u8>| generic(event, "note ");
    assert_eq!(captured.invoke(generic, &7).await.value(), "note 7");
    assert_eq!(captured.lines().last().unwrap()["event"], 7);
    assert_eq!(captured.invoke(plain, &json!({})).await.value(), Value::Null);
}

#[tokio::test]
async fn streaming_responses_are_handled() {
    let captured = Captured::new();
    let answer = captured.invoke(streaming, &order("o-1")).await;
    assert_eq!(answer.bytes(), b"hello o-1");
    assert_eq!(captured.lines().len(), 1);
}

#[tokio::test]
async fn http_requests_are_handled() {
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": {"authorization": "s3cret"},
        "isBase64Encoded": false,
        "requestContext": {
            "accountId": "123456789012", "apiId": "id", "domainName": "d", "domainPrefix": "d",
            "requestId": "r-1", "routeKey": "$default", "stage": "$default", "time": "x", "timeEpoch": 1,
            "http": {"method": "GET", "path": "/orders", "protocol": "HTTP/1.1", "sourceIp": "::1", "userAgent": "x"},
        },
    });
    let captured = Captured::new();
    let answer = captured.invoke(over_http, &event).await;
    assert_eq!(answer.value()["body"], "/orders", "{answer:?}");
    let line = &captured.lines()[0];
    assert_eq!(line["correlation_id"], "r-1");
    assert_eq!(line["event"]["headers"]["authorization"], "[redacted]");
}

#[derive(Deserialize)]
struct Borrowed<'a> {
    id: &'a str,
}

#[powertools::handler(log_event, correlation_id = "/id")]
async fn borrowing(event: LambdaEvent<Borrowed<'_>>) -> Result<String, Error> {
    tokio::task::yield_now().await;
    Ok(event.payload.id.to_uppercase())
}

#[powertools::handler(idempotent(store = ORDERS, key = text))]
async fn borrowing_once(
    LambdaEvent { payload: text, .. }: LambdaEvent<&str>,
) -> Result<usize, Error> {
    Ok(text.len())
}

#[tokio::test]
async fn events_can_borrow_from_their_json() {
    let captured = Captured::new();
    assert_eq!(captured.invoke(borrowing, &order("o-1")).await.value(), "O-1");
    assert_eq!(captured.lines()[0]["correlation_id"], "o-1");
    assert_eq!(captured.invoke(borrowing_once, &"tea").await.value(), 3);
    let answer = captured.invoke(borrowing, &json!({"id": 1})).await;
    let error = answer.error().unwrap();
    assert_eq!(error.error_type, "EventError");
    assert!(error.error_message.contains("`id`: invalid type: integer"), "{error:?}");
    assert_eq!(captured.lines()[1]["event"], json!({"id": 1}), "what was wrong is in the log");
}

#[powertools::handler(timeout_margin = "29900ms")]
async fn slow(_: LambdaEvent<Value>) -> Result<(), Error> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok(())
}

#[tokio::test]
async fn deadline_margin_flushes_the_log_earlier() {
    let captured = Captured::with(|it| it.deadline_margin(Duration::from_millis(1)));
    captured.invoke(slow, &json!({})).await;
    let told = captured.lines();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["message"], "invocation is about to time out");
}

#[test]
fn attribute_keeps_every_type() {
    fn is_send<T: Send>(_: impl Fn(LambdaEvent<Order>) -> T) {}
    is_send(everything);
    is_send(once);
    fn run_takes_it() {
        drop(powertools::run(everything));
        drop(Powertools::builder().build().run(streaming));
    }
    let _ = run_takes_it;
}
