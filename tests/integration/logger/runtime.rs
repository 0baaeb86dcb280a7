//! The logger's layers on the real Runtime API.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_core::testing::enable_all_callsites;
use powertools_local::Local;
use powertools_logger::{
    Buffering, ColdStart, CorrelationId, Environment, InitializationType, Levels, Logger,
    LoggerBuilder, WriterSink, install_panic_hook,
};
use serde_json::{Value, json};
use tower_layer::Layer;
use tracing::instrument::WithSubscriber;

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("out of {0}")]
    OutOf(String),
}

impl From<OrderError> for lambda_runtime::Diagnostic {
    fn from(error: OrderError) -> Self {
        Self { error_type: "OutOfStock".into(), error_message: error.to_string() }
    }
}

/// Does what the event says.
async fn typed(event: LambdaEvent<Value>) -> Result<Value, OrderError> {
    tracing::debug!("looking");
    match event.payload["do"].as_str() {
        Some("fail") => Err(OrderError::OutOf("tea".into())),
        Some("panic") => panic!("no tea at all"),
        Some("sleep") => {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok(Value::Null)
        }
        _ => {
            tracing::info!("done");
            Ok(json!("ok"))
        }
    }
}

async fn boxed(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(typed(event).await?)
}

async fn start() -> Local {
    Local::builder("orders").timeout(Duration::from_secs(20)).start().await.unwrap()
}

fn logger(local: &Local, configure: impl FnOnce(LoggerBuilder) -> LoggerBuilder) -> Logger {
    enable_all_callsites();
    let builder = Logger::builder()
        .environment(Environment::empty())
        .cold_start(ColdStart::own(InitializationType::OnDemand))
        .sink(WriterSink::new(local.log_writer()));
    configure(builder).build()
}

/// Serves `typed` with both layers.
fn serve_typed(local: &Local, logger: &Logger) {
    let dispatch = tracing::Dispatch::new(logger.subscriber());
    let handler = move |event| typed(event).with_subscriber(dispatch.clone());
    let (inner, outer) = (logger.handler_layer(), logger.runtime_layer());
    local.serve(|| Runtime::new(inner.layer(service_fn(handler))).layer(outer)).unwrap();
}

fn lines(local: &Local) -> Vec<Value> {
    local.function_lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn messages(local: &Local) -> Vec<String> {
    lines(local).iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn line_has_the_facts_of_the_invocation() {
    let local = start().await;
    let logger =
        logger(&local, |it| it.correlation_id(CorrelationId::ApiGatewayHttp).log_event(true));
    let _default = tracing::subscriber::set_default(logger.subscriber());
    serve_typed(&local, &logger);
    let event = json!({"requestContext": {"requestId": "api-1"}});
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    let outcome =
        local.invocation(&event).trace_header(header).tenant_id("blue").send().await.unwrap();
    local.invoke(&event).await.unwrap();
    let lines = lines(&local);
    assert_eq!(lines.len(), 4, "{lines:?}");
    for line in &lines[..2] {
        assert_eq!(line["function_request_id"], outcome.request_id);
        assert_eq!((&line["cold_start"], &line["function_name"]), (&json!(true), &json!("orders")));
        assert_eq!(
            (&line["correlation_id"], &line["tenant_id"]),
            (&json!("api-1"), &json!("blue"))
        );
        assert_eq!(line["xray_trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert!(line["function_memory_size"].is_u64() && line["function_arn"].is_string());
    }
    assert_eq!(lines[0]["event"], event);
    assert_eq!(lines[2]["cold_start"], false);
}

#[tokio::test]
async fn typed_error_is_logged_once_after_the_buffer_and_unchanged() {
    let local = start().await;
    let logger = logger(&local, |it| it.levels(Levels::default()).buffering(Buffering::new()));
    let _default = tracing::subscriber::set_default(logger.subscriber());
    serve_typed(&local, &logger);
    let outcome = local.invoke(&json!({"do": "fail"})).await.unwrap();
    let error = outcome.function_error.unwrap();
    assert_eq!(
        (error.error_type.as_str(), error.error_message.as_str()),
        ("OutOfStock", "out of tea")
    );
    assert_eq!(messages(&local), ["looking", "handler failed"]);
    let line = &lines(&local)[1];
    assert_eq!(
        (&line["exception"], &line["exception_name"]),
        (&json!("out of tea"), &json!("OrderError"))
    );
    assert_eq!(line["function_request_id"], outcome.request_id);
}

#[tokio::test]
async fn boxed_error_is_logged_once() {
    let local = start().await;
    let logger = logger(&local, |it| it);
    let _default = tracing::subscriber::set_default(logger.subscriber());
    let handler = logger.handler_layer().layer(service_fn(boxed));
    let outer = logger.runtime_layer();
    local.serve(|| Runtime::new(handler).layer(outer)).unwrap();
    local.invoke(&json!({"do": "fail"})).await.unwrap();
    assert_eq!(messages(&local), ["handler failed"]);
    assert_eq!(
        (&lines(&local)[0]["exception"], &lines(&local)[0]["exception_name"]),
        (&json!("out of tea"), &json!("OutOf"))
    );
}

#[tokio::test]
async fn runtime_error_line_flushes_the_buffer_without_the_handler_layer() {
    let local = start().await;
    let logger = logger(&local, |it| it.levels(Levels::default()).buffering(Buffering::new()));
    let _default = tracing::subscriber::set_default(logger.subscriber());
    let outer = logger.runtime_layer();
    local.serve(|| Runtime::new(service_fn(typed)).layer(outer)).unwrap();
    local.invoke(&json!({"do": "fail"})).await.unwrap();
    assert_eq!(messages(&local), ["looking", "OutOf(\"tea\")"]);
}

#[tokio::test]
async fn panic_is_one_line_with_its_location() {
    install_panic_hook();
    let local = start().await;
    let logger = logger(&local, |it| it.levels(Levels::default()).buffering(Buffering::new()));
    let _default = tracing::subscriber::set_default(logger.subscriber());
    serve_typed(&local, &logger);
    let outcome = local.invoke(&json!({"do": "panic"})).await.unwrap();
    assert!(outcome.function_error.unwrap().error_message.contains("no tea at all"));
    let lines = lines(&local);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["message"], "looking");
    assert_eq!(
        (&lines[1]["level"], &lines[1]["exception"]),
        (&json!("ERROR"), &json!("no tea at all"))
    );
    assert_eq!(
        (&lines[1]["exception_name"], &lines[1]["function_request_id"]),
        (&json!("panic"), &json!(outcome.request_id))
    );
    assert!(lines[1]["location"].as_str().unwrap().contains("runtime.rs:"), "{}", lines[1]);
    assert_eq!(local.invoke(&json!({})).await.unwrap().json::<Value>().unwrap(), "ok");
}

#[tokio::test]
async fn buffer_is_written_before_the_deadline_and_dropped_on_success() {
    let local = start().await;
    let logger = logger(&local, |it| it.levels(Levels::default()).buffering(Buffering::new()));
    let _default = tracing::subscriber::set_default(logger.subscriber());
    serve_typed(&local, &logger);
    local.invoke(&json!({})).await.unwrap();
    assert_eq!(messages(&local), ["done"]);
    let timeout = Duration::from_millis(700);
    let outcome = local.invocation(&json!({"do": "sleep"})).timeout(timeout).send().await.unwrap();
    assert!(outcome.timed_out);
    assert_eq!(messages(&local), ["done", "looking", "invocation is about to time out"]);
}

#[tokio::test]
async fn invalid_payload_is_reported_in_its_invocation() {
    let local = start().await;
    let logger = logger(&local, |it| it);
    let _default = tracing::subscriber::set_default(logger.subscriber());
    serve_typed(&local, &logger);
    let outcome = local.raw_invocation("{\"do\": ").send().await.unwrap();
    assert!(outcome.function_error.is_some());
    for line in lines(&local) {
        assert_eq!(line["function_request_id"], outcome.request_id, "{line}");
    }
}

#[tokio::test]
async fn handler_layer_alone_starts_the_invocation() {
    let local = start().await;
    let logger = logger(&local, |it| it);
    let _default = tracing::subscriber::set_default(logger.subscriber());
    let handler = logger.handler_layer().layer(service_fn(typed));
    local.serve(|| Runtime::new(handler)).unwrap();
    let outcome = local.invoke(&json!({})).await.unwrap();
    assert_eq!(lines(&local)[0]["function_request_id"], outcome.request_id);
    assert_eq!(lines(&local)[0]["cold_start"], true);
}
