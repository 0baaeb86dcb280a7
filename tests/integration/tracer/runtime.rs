//! The tracer's layers on the real Runtime API.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use lambda_runtime::{Error, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use powertools_core::{Environment, testing::enable_all_callsites};
use powertools_local::Local;
use powertools_tracer::{Batch, ExportError, Exporter, Tracer};
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Instrument, instrument};
use tracing_subscriber::layer::SubscriberExt;

use super::{
    PARENT, Recorded, sampled,
    validator::{Span, tree},
};

#[derive(Debug, thiserror::Error)]
#[error("out of {0}")]
struct OutOf(&'static str);

#[instrument(skip_all)]
async fn place(event: &Value) -> Result<Value, Error> {
    match event["do"].as_str() {
        Some("fail") => Err(OutOf("tea").into()),
        Some("panic") => panic!("on purpose"),
        Some("spawn") => Ok(linger()),
        _ => Ok(json!({"order": 17, "card": "4242"})),
    }
}

/// Leaves a task behind that holds the handler's span open, as a client's connection does.
fn linger() -> Value {
    tokio::spawn(std::future::pending::<()>().in_current_span());
    json!("done")
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload["linger"] == true {
        linger();
    }
    place(&event.payload).await
}

async fn typed(_: LambdaEvent<Value>) -> Result<Value, OutOf> {
    Err(OutOf("cups"))
}

impl From<OutOf> for lambda_runtime::Diagnostic {
    fn from(error: OutOf) -> Self {
        Self { error_type: "OutOfStock".into(), error_message: error.to_string() }
    }
}

async fn start() -> Local {
    Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap()
}

/// Serves the handler with both layers, and sends it one sampled event.
async fn send(recorded: &Recorded, event: Value) -> Span {
    let local = start().await;
    let _entered = recorded.enter();
    let service = recorded.tracer.handler_layer().layer(service_fn(handler));
    let layer = recorded.tracer.runtime_layer();
    local.serve(|| Runtime::new(service).layer(layer)).unwrap();
    local.invocation(&event).trace_header(sampled()).send().await.unwrap();
    handler_span(recorded).await
}

/// Waits for what is sent after the answer.
async fn handler_span(recorded: &Recorded) -> Span {
    let start = Instant::now();
    loop {
        if let Some(span) = recorded.spans().remove("## handler") {
            return span;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "no span was sent");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn handler_span_has_the_annotations_of_powertools() {
    let recorded = Recorded::with(65_507, |tracer| tracer.service("checkout"));
    let span = send(&recorded, json!({"do": "succeed"})).await;
    assert_eq!(span.parent, PARENT);
    assert_eq!(span.document["annotations"], json!({"ColdStart": true, "Service": "checkout"}));
    assert_eq!(
        span.document["metadata"],
        json!({"checkout": {"handler response": {"order": 17, "card": "4242"}}})
    );
    assert_eq!(span.document.get("fault"), None);
    let spans = recorded.spans();
    let place = spans.values().find(|span| span.name.ends_with("::place")).unwrap();
    assert_eq!(place.parent, span.id);
}

#[tokio::test]
async fn handler_error_is_a_fault_with_its_cause() {
    let recorded = Recorded::new();
    let span = send(&recorded, json!({"do": "fail"})).await;
    let exception = &span.document["cause"]["exceptions"][0];
    assert_eq!(
        (&span.document["fault"], &exception["message"]),
        (&json!(true), &json!("out of tea"))
    );
    assert_eq!(exception["type"], "OutOf");
    let error = &span.document["metadata"]["service_undefined"]["handler error"];
    assert_eq!((&error["type"], &error["value"]), (&json!("OutOf"), &json!("out of tea")));
}

#[tokio::test]
async fn handler_panic_is_a_fault_of_every_open_span() {
    let recorded = Recorded::new();
    let span = send(&recorded, json!({"do": "panic"})).await;
    assert_eq!(span.document["fault"], true);
    assert_eq!(span.document["cause"]["exceptions"][0]["type"], "panic");
}

#[tokio::test]
async fn handler_span_ends_with_the_handler_despite_spawned_tasks() {
    for what in ["succeed", "fail", "panic"] {
        let recorded = Recorded::new();
        let span = send(&recorded, json!({"do": what, "linger": true})).await;
        assert!(span.is_over(), "{what}: {}", span.document);
    }
    let recorded = Recorded::new();
    let span = send(&recorded, json!({"do": "spawn"})).await;
    let spans = recorded.spans();
    let place = spans.values().find(|span| span.name.ends_with("::place")).unwrap();
    assert!(span.is_over() && place.is_over(), "a task that `place` has left is still at work");
}

#[tokio::test]
async fn typed_error_has_the_name_of_its_type() {
    let recorded = Recorded::with(65_507, |tracer| tracer.handler_name("order"));
    let local = start().await;
    let _entered = recorded.enter();
    let service = recorded.tracer.handler_layer().layer(service_fn(typed));
    local.serve(|| Runtime::new(service)).unwrap();
    local.invocation(&json!(1)).trace_header(sampled()).send().await.unwrap();
    // Without the outer layer spans are sent before the answer.
    let span = &recorded.spans()["## order"];
    assert_eq!(span.document["cause"]["exceptions"][0]["type"], "OutOf");
    assert!(span.document["metadata"]["service_undefined"]["order error"].is_object());
}

#[tokio::test]
async fn responses_can_be_redacted_or_left_out() {
    let redacted = Recorded::with(65_507, |tracer| {
        tracer.redact(|_, value| value["card"] = "[redacted]".into())
    });
    let span = send(&redacted, json!({})).await;
    let response = &span.document["metadata"]["service_undefined"]["handler response"];
    assert_eq!(response["card"], "[redacted]");
    let without = Recorded::with(65_507, |tracer| tracer.capture_response(false));
    assert_eq!(send(&without, json!({})).await.document.get("metadata"), None);
}

#[tokio::test]
async fn cold_start_is_annotated_once_and_unsampled_invocations_send_nothing() {
    let recorded = Recorded::new();
    let local = start().await;
    let _entered = recorded.enter();
    let service = recorded.tracer.handler_layer().without_response().layer(service_fn(handler));
    local.serve(|| Runtime::new(service)).unwrap();
    let headers =
        ["1", "0", "1"].map(|it| sampled().replace("Sampled=1", &format!("Sampled={it}")));
    for header in headers {
        local.invocation(&json!({})).trace_header(header).send().await.unwrap();
    }
    let spans: Vec<_> =
        recorded.datagrams().iter().flat_map(|it| tree(std::slice::from_ref(it))).collect();
    let handlers = spans.iter().filter(|(_, span)| span.name == "## handler");
    let cold = handlers.map(|(_, span)| &span.document["annotations"]["ColdStart"]);
    assert_eq!(cold.collect::<Vec<_>>(), [true, false]);
}

/// Notes what happens in which order.
#[derive(Clone, Debug, Default)]
struct Notes(Arc<Mutex<Vec<&'static str>>>);

impl Exporter for Notes {
    fn export(&self, _: &Batch) -> Result<(), ExportError> {
        self.0.lock().unwrap().push("sent");
        Ok(())
    }
}

/// Stands for all that is inside the outer layer, the posting of the answer included.
impl Service<LambdaInvocation> for Notes {
    type Response = ();
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: LambdaInvocation) -> Self::Future {
        let notes = self.clone();
        Box::pin(async move {
            tracing::info_span!("a span").in_scope(|| ());
            tokio::task::yield_now().await;
            notes.0.lock().unwrap().push("answered");
            Ok(())
        })
    }
}

#[tokio::test]
async fn spans_are_sent_after_the_response() {
    enable_all_callsites();
    let notes = Notes::default();
    let environment = Environment::empty();
    let tracer = Tracer::builder().environment(environment).exporter(notes.clone()).build();
    let subscriber = tracing_subscriber::registry().with(tracer.layer());
    let _default = tracing::subscriber::set_default(subscriber);
    let (parts, ()) = http::Response::new(()).into_parts();
    let mut context = lambda_runtime::Context::default();
    context.xray_trace_id = Some(sampled());
    let event = LambdaInvocation { parts, body: "{}".into(), context };
    tracer.runtime_layer().layer(notes.clone()).call(event).await.unwrap();
    assert_eq!(*notes.0.lock().unwrap(), ["answered", "sent"]);
}
