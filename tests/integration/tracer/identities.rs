//! Responses to events that are about somebody's identity.

use lambda_runtime::{Error, LambdaEvent, LambdaInvocation, service_fn};
use powertools_tracer::{CapturedPart, TracerBuilder, testing::Captured};
use serde_json::{Value, json};
use tower_layer::Layer;
use tower_service::Service;

use super::sampled;

const COGNITO: &str = include_str!("../../fixtures/events/cognito.json");
const AUTHORIZER: &str = r#"{"type": "TOKEN", "authorizationToken": "Bearer x", "methodArn":
    "arn:aws:execute-api:eu-west-1:123456789012:a1b2/prod/GET/orders"}"#;
const ORDER: &str = r#"{"order": 17, "detail": {"methodArn": "arn"}}"#;

#[powertools_tracer::traced]
async fn look_up() -> Value {
    json!({"email": "ada@example.com"})
}

/// Sends an event through both layers, and returns all that was captured.
async fn send(
    configure: impl FnOnce(TracerBuilder) -> TracerBuilder,
    event: &str,
    insists: bool,
) -> String {
    let captured = Captured::with(configure);
    let handler = move |event: LambdaEvent<Value>| async move {
        if insists {
            powertools_tracer::capture_response(true);
        }
        let mut event = event.payload;
        event["response"] = look_up().await;
        Ok::<_, Error>(event)
    };
    let handler = captured.tracer().handler_layer().layer(service_fn(handler));
    let outer = service_fn(move |invocation: LambdaInvocation| {
        let mut handler = handler.clone();
        async move {
            let payload = serde_json::from_slice(&invocation.body).unwrap();
            handler.call(LambdaEvent::new(payload, invocation.context)).await.map(drop)
        }
    });
    let (parts, ()) = http::Response::new(()).into_parts();
    let mut context = lambda_runtime::Context::default();
    context.xray_trace_id = Some(sampled());
    let invocation = LambdaInvocation { parts, body: event.to_owned().into(), context };
    captured.tracer().runtime_layer().layer(outer).call(invocation).await.unwrap();
    assert_eq!(captured.spans().len(), 2);
    Value::from(captured.spans()).to_string()
}

#[tokio::test]
async fn response_to_an_identity_trigger_or_an_authorizer_is_not_captured() {
    for event in [COGNITO, AUTHORIZER] {
        let spans = send(|tracer| tracer, event, false).await;
        assert!(!spans.contains("response") && !spans.contains("ada@"), "{spans}");
    }
    let spans = send(|tracer| tracer, ORDER, false).await;
    assert!(spans.contains("handler response") && spans.contains("look_up response"), "{spans}");
}

#[tokio::test]
async fn response_to_an_identity_trigger_is_captured_if_enabled() {
    let spans = send(|tracer| tracer.capture_response(true), COGNITO, false).await;
    assert!(spans.contains("handler response") && spans.contains("look_up response"), "{spans}");
    let spans = send(|tracer| tracer, COGNITO, true).await;
    assert!(spans.contains("handler response") && !spans.contains("look_up response"), "{spans}");
    let variable = [("POWERTOOLS_TRACER_CAPTURE_RESPONSE", "true")];
    let environment = powertools_core::Environment::of(variable);
    let spans = send(|tracer| tracer.environment(environment), COGNITO, false).await;
    assert!(!spans.contains("response"), "{spans}");
}

#[tokio::test]
async fn secrets_of_a_response_are_redacted() {
    let body = json!({"id_token": "s3cret", "name": "ada"}).to_string();
    let response = json!({
        "statusCode": 200, "body": body, "headers": {"Set-Cookie": "session=s3cret", "x-request-id": "r-1"},
        "cookies": ["session=s3cret"], "next": "https://shop.example/?code=s3cret",
    });
    let captured = powertools_tracer::testing::capture();
    let kept = response.clone();
    captured
        .invoke(async {
            #[powertools_tracer::traced]
            fn answer(kept: &Value) -> Value {
                kept.clone()
            }
            tracing::info_span!("handler").in_scope(|| answer(&kept))
        })
        .await;
    let spans = Value::from(captured.spans()).to_string();
    assert!(!spans.contains("s3cret") && spans.contains("r-1") && spans.contains("ada"), "{spans}");
}

#[tokio::test]
async fn values_added_by_a_redaction_hook_are_redacted() {
    let captured = Captured::with(|tracer| {
        tracer.redact(|part, value| {
            assert_eq!(part, CapturedPart::Response);
            value["password"] = "s3cret".into();
        })
    });
    captured.invoke(async { look_up().await }).await;
    let spans = Value::from(captured.spans()).to_string();
    assert!(!spans.contains("s3cret") && spans.contains("ada@"), "{spans}");
}
