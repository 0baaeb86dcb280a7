//! What the logger takes from the incoming event.

use powertools_logger::{CorrelationId, REDACTED, testing::Captured};
use proptest::prelude::*;
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
fn built_in_correlation_paths_find_their_id() {
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
        (
            CorrelationId::ApplicationLoadBalancer,
            json!({"multiValueHeaders": {"X-Amzn-Trace-Id": ["id-1"]}}),
        ),
        (CorrelationId::VpcLattice, json!({"headers": {"X-Amzn-Trace-Id": ["id-1"]}})),
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
fn event_is_logged_as_nested_json_with_members_redacted() {
    let captured = Captured::with(|logger| logger.log_event(true).redact("/headers/x-card"));
    let event = json!({"headers": {"X-Card": "secret", "accept": "*"}, "body": "x\ny"});
    after(&captured, serde_json::to_string_pretty(&event).unwrap().as_bytes());
    let line = &captured.values()[0];
    assert_eq!(
        (&line["level"], &line["message"]),
        (&json!("INFO"), &json!("Lambda invocation event"))
    );
    assert_eq!(
        line["event"],
        json!({"headers": {"X-Card": REDACTED, "accept": "*"}, "body": "x\ny"})
    );
    assert!(!captured.lines()[0].contains("secret"));
}

#[test]
fn secrets_in_headers_are_redacted_by_default() {
    let captured = Captured::with(|logger| logger.log_event(true));
    let event = json!({
        "headers": {"Authorization": "Bearer x", "Accept": "*"},
        "multiValueHeaders": {"Authorization": ["Bearer x"], "Accept": ["*"]},
        "body": "{\"password\":\"x\"}",
    });
    after(&captured, event.to_string().as_bytes());
    let expected = json!({
        "headers": {"Authorization": REDACTED, "Accept": "*"},
        "multiValueHeaders": {"Authorization": REDACTED, "Accept": ["*"]},
        "body": "{\"password\":\"[redacted]\"}",
    });
    assert_eq!(captured.values()[0]["event"], expected);
}

#[test]
fn unredacted_bytes_of_the_event_are_unchanged() {
    let captured = Captured::with(|logger| {
        logger.log_event(true).redact("/card").correlation_id(CorrelationId::pointer("/id"))
    });
    let event = r#"{"z": 1.50, "id": 20241128123456789012345, "card": 4242, "a": "\/\u00e9"}"#;
    let last = after(&captured, event.replace(", ", ",\n").as_bytes());
    let expected = event.replace("4242", r#""[redacted]""#);
    assert!(captured.lines()[0].contains(&expected), "{:?}", captured.lines());
    assert_eq!(last["correlation_id"], "20241128123456789012345");
}

/// What readers of JSON refuse, or read differently.
fn odd_values() -> [String; 5] {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    [r#""\ud83d""#.into(), "1e400".into(), deep(300), deep(100_000), r#"{"\ude00":[1e999]}"#.into()]
}

#[test]
fn unusual_values_keep_the_event_and_a_valid_line() {
    for odd in odd_values() {
        let captured = Captured::with(|logger| {
            logger.log_event(true).correlation_id(CorrelationId::EventBridge)
        });
        let event = format!(r#"{{"odd":{odd},"id":"e-1","token":"s3cret"}}"#);
        let last = after(&captured, event.as_bytes());
        // `values` reads the lines with serde_json.
        let shown = &captured.values()[0];
        assert_eq!(
            (&shown["event"]["id"], &shown["event"]["token"]),
            (&json!("e-1"), &json!(REDACTED))
        );
        assert_eq!(
            (&shown["message"], &last["correlation_id"]),
            (&json!("Lambda invocation event"), &json!("e-1"))
        );
    }
}

#[test]
#[ignore = "needs Python: run `cargo xtask test`"]
fn python_parses_lines_of_unusual_events() {
    use std::{
        io::Write,
        process::{Command, Stdio},
    };
    let python = std::env::var_os("POWERTOOLS_PYTHON");
    let python = python.expect("POWERTOOLS_PYTHON names the interpreter: run `cargo xtask test`");
    let captured = Captured::with(|logger| logger.log_event(true));
    for odd in odd_values() {
        after(&captured, format!("[{odd}]").as_bytes());
    }
    let script = "import json, sys\nfor line in sys.stdin: json.dumps(json.loads(line)).encode('utf-8', 'strict')";
    let python = Command::new(python).args(["-c", script]).stdin(Stdio::piped()).spawn();
    let mut python = python.expect("POWERTOOLS_PYTHON names an interpreter");
    python.stdin.take().unwrap().write_all(captured.lines().join("\n").as_bytes()).unwrap();
    assert!(python.wait().unwrap().success());
}

#[test]
fn event_that_is_not_json_is_logged_without_secrets() {
    let shown = Captured::with(|logger| logger.log_event(true));
    after(&shown, b"not \"json\" \xff password=s3cret");
    assert_eq!(shown.values()[0]["event"], "not \"json\" \u{fffd} password=[redacted]");
    assert_eq!(shown.values()[0]["error"], "expected a value at byte 0");
    drop(shown);
    let hidden = Captured::with(|logger| logger.log_event(true).redact("/card"));
    after(&hidden, b"card=secret");
    assert!(!hidden.lines()[0].contains("secret"), "{:?}", messages(&hidden));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn logged_line_of_any_event_is_json(
        bytes in prop::collection::vec(any::<u8>(), 0..48),
        json in r#"\{"(password|a)":(\[|\]|"[a\\ud83"]{0,6}"|1e400|-?[0-9]{1,3}|,|\n){0,8}\}"#,
    ) {
        let captured = Captured::with(|logger| logger.log_event(true).redact("/a/0"));
        after(&captured, &bytes);
        after(&captured, json.as_bytes());
        // Each as one line that serde_json reads.
        prop_assert_eq!((captured.lines().len(), captured.values().len()), (4, 4));
    }
}
