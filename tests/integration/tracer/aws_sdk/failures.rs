//! What the span of a call tells when it fails.

use std::time::Duration;

use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use powertools_tracer::testing::{Captured, capture};
use serde_json::Value;

use super::{
    super::server::{Answer, Server},
    CONDITION, OK, always, answer, client, client_of, failure, only, refusal,
};

/// A service that takes its time.
async fn slow() -> Server {
    Server::start(|_| Answer { response: answer(200, OK), after: Duration::from_secs(20) }).await
}

fn duration(span: &Value) -> f64 {
    span["end_time"].as_f64().unwrap() - span["start_time"].as_f64().unwrap()
}

#[tokio::test]
async fn modeled_error_has_code_and_message() {
    let (captured, server) = (capture(), always(400, CONDITION).await);
    captured.invoke(client_of(&server).put_item().table_name("orders").send()).await.unwrap_err();
    let span = only(&captured);
    let expected = ("ConditionalCheckFailedException", "The conditional request failed");
    let (code, message) = refusal(&span);
    assert_eq!((code.as_str(), message.as_str()), expected);
    assert_eq!((&span["error"], &span["aws"]["request_id"]), (&true.into(), &"R3Q".into()));
    assert_eq!(span["http"]["response"]["status"], 400);
}

#[tokio::test]
async fn unmodeled_error_has_code_and_message() {
    let body =
        r#"{"__type": "com.amazon.coral.validate#ValidationException", "message": "No key: x"}"#;
    let (captured, server) = (capture(), always(400, body).await);
    captured.invoke(client_of(&server).put_item().table_name("orders").send()).await.unwrap_err();
    let (code, message) = refusal(&only(&captured));
    assert_eq!((code.as_str(), message.as_str()), ("ValidationException", "No key: x"));
}

#[tokio::test]
async fn throttling_is_marked_as_throttle() {
    let body = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "Slower"}"#;
    let (captured, server) = (capture(), always(400, body).await);
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap_err();
    let span = only(&captured);
    assert_eq!((&span["throttle"], &span["error"]), (&true.into(), &true.into()));
    assert_eq!(refusal(&span).0, "ThrottlingException");
    let server = always(400, CONDITION).await;
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap_err();
    assert_eq!(captured.last()["throttle"], Value::Null);
    assert_eq!(captured.last()["metadata"], Value::Null);
}

#[tokio::test]
async fn failed_retries_are_counted() {
    let (captured, server) = (capture(), always(500, OK).await);
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap_err();
    let span = only(&captured);
    assert_eq!((&span["aws"]["retries"], &span["fault"]), (&2.into(), &true.into()));
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn malformed_response_is_a_fault() {
    let (captured, server) = (capture(), always(200, "{\"TableNames\": 7").await);
    captured.invoke(client_of(&server).list_tables().send()).await.unwrap_err();
    let span = only(&captured);
    assert_eq!(span["http"]["response"]["status"], 200);
    assert_eq!(failure(&span).0, "Error");
}

#[tokio::test]
async fn unreachable_service_is_a_fault_with_its_sources() {
    let captured = capture();
    // Nobody listens where a server was.
    let client = client_of(&always(200, OK).await);
    tokio::task::yield_now().await;
    captured.invoke(client.list_tables().send()).await.unwrap_err();
    let span = only(&captured);
    assert_eq!(failure(&span).0, "DispatchFailure");
    assert!(span["cause"].to_string().contains("refused"), "{span}");
    assert_eq!((&span["name"], &span["http"]), (&"DynamoDB".into(), &Value::Null));
}

#[tokio::test]
async fn timed_out_call_is_a_fault() {
    let (captured, server) = (capture(), slow().await);
    let limit = TimeoutConfig::builder().operation_timeout(Duration::from_millis(100)).build();
    let client = client(&format!("http://{}", server.address), |it| it.timeout_config(limit));
    captured.invoke(client.list_tables().send()).await.unwrap_err();
    let span = only(&captured);
    assert_eq!(failure(&span).0, "TimeoutError");
    assert!((0.09..5.0).contains(&duration(&span)), "{span}");
}

#[tokio::test]
async fn cancelled_call_ends_its_span() {
    let (captured, server) = (capture(), slow().await);
    let (client, limit) = (client_of(&server), Duration::from_millis(100));
    captured
        .invoke(async {
            tokio::time::timeout(limit, client.list_tables().send()).await.unwrap_err();
            tokio::time::sleep(limit).await;
        })
        .await;
    let span = only(&captured);
    assert!((0.05..0.19).contains(&duration(&span)), "{span}");
    assert_eq!(span["aws"]["operation"], "ListTables");
}

#[tokio::test]
async fn errors_are_not_captured_if_disabled() {
    let captured = Captured::with(|tracer| tracer.capture_error(false));
    let server = always(400, CONDITION).await;
    captured.invoke(client_of(&server).put_item().table_name("orders").send()).await.unwrap_err();
    let (code, message) = refusal(&only(&captured));
    assert_eq!((code.as_str(), message.as_str()), ("ConditionalCheckFailedException", ""));
}
