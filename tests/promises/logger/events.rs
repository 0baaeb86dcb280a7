//! What the logger takes from the incoming event.

use powertools_logger::{CorrelationId, testing::Captured};
use serde_json::{Value, json};

use super::{invocation, messages};

/// Plays an event to a logger, and logs one line.
fn after(captured: &Captured, event: &[u8]) -> Value {
    let invocation = invocation("r");
    invocation.in_scope(|| {
        captured.logger().receive(&invocation, event);
        tracing::info!("handled");
    });
    captured.last()
}

#[test]
fn every_built_in_path_finds_its_id() {
    let by_context = json!({"requestContext": {"requestId": "id-1"}});
    let by_header = json!({"headers": {"accept": "*", "x-amzn-trace-id": "id-1"}});
    let cases = [
        (CorrelationId::ApiGatewayRest, by_context.clone()),
        (CorrelationId::ApiGatewayHttp, by_context.clone()),
        (CorrelationId::FunctionUrl, by_context.clone()),
        (CorrelationId::AppSyncAuthorizer, by_context),
        (CorrelationId::ApplicationLoadBalancer, by_header.clone()),
        (CorrelationId::VpcLattice, by_header.clone()),
        (CorrelationId::AppSyncResolver, json!({"request": by_header})),
        (CorrelationId::EventBridge, json!({"id": "id-1"})),
        (CorrelationId::S3ObjectLambda, json!({"xAmzRequestId": "id-1"})),
        (CorrelationId::pointer("/a/0/b"), json!({"a": [{"b": "id-1"}]})),
    ];
    for (from, event) in cases {
        let captured = Captured::with(|logger| logger.correlation_id(from.clone()));
        assert_eq!(
            after(&captured, event.to_string().as_bytes())["correlation_id"],
            "id-1",
            "{from:?}"
        );
        assert_eq!(after(&captured, b"{}").get("correlation_id"), None, "{from:?}");
    }
}

#[test]
fn the_event_is_logged_as_nested_json_with_members_redacted() {
    let captured = Captured::with(|logger| logger.log_event(true).redact("/headers/authorization"));
    let event = json!({"headers": {"authorization": "secret", "accept": "*"}, "body": "x\ny"});
    after(&captured, serde_json::to_string_pretty(&event).unwrap().as_bytes());
    let line = &captured.values()[0];
    assert_eq!(
        (&line["level"], &line["message"]),
        (&json!("INFO"), &json!("Lambda invocation event"))
    );
    assert_eq!(
        line["event"],
        json!({"headers": {"authorization": "[redacted]", "accept": "*"}, "body": "x\ny"})
    );
    assert!(!captured.lines()[0].contains("secret"));
}

#[test]
fn an_event_that_is_not_json_is_shown_unless_something_should_be_hidden() {
    let shown = Captured::with(|logger| logger.log_event(true));
    after(&shown, b"not \"json\" \xff");
    assert_eq!(shown.values()[0]["event"], "not \"json\" \u{fffd}");
    drop(shown);
    let hidden = Captured::with(|logger| logger.log_event(true).redact("/password"));
    after(&hidden, b"password=secret");
    assert!(!hidden.lines()[0].contains("secret"), "{:?}", messages(&hidden));
}
