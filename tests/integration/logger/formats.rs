//! The exact line, and other formatters.

use std::time::{Duration, SystemTime};

use powertools_core::Invocation;
use powertools_logger::{
    EcsFormatter, Formatter, LoggerBuilder, ManualClock, Object, PowertoolsFormatter, Record,
    ScopedKeys, append_key, exception, testing::Captured,
};
use serde_json::{Value, json};

use super::invocation;

fn at_a_known_time(logger: LoggerBuilder) -> LoggerBuilder {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_174_278_967);
    logger.service("checkout").clock(ManualClock::at(time))
}

#[test]
fn line_equals_the_documented_line() {
    let captured = Captured::with(at_a_known_time);
    let cold = Invocation::builder("6f6f2e2c")
        .function_name("checkout")
        .function_arn("arn:aws:lambda:eu-west-1:123456789012:function:checkout")
        .memory_mb(128)
        .trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        .tenant_id("t1")
        .cold_start(true)
        .build();
    let line_number = cold.in_scope(|| {
        powertools_logger::set_correlation_id("abc");
        tracing::info!(order_id = 17, "order placed");
        line!() - 1
    });
    let expected = format!(
        concat!(
            r#"{{"level":"INFO","location":"integration::logger::formats:{}","message":"order placed","#,
            r#""timestamp":"2026-11-20T11:31:18.967Z","service":"checkout","cold_start":true,"#,
            r#""function_name":"checkout","function_memory_size":128,"#,
            r#""function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout","#,
            r#""function_request_id":"6f6f2e2c","correlation_id":"abc","tenant_id":"t1","order_id":17,"#,
            r#""xray_trace_id":"1-5759e988-bd862e3fe1be46a994272793"}}"#,
        ),
        line_number
    );
    assert_eq!(captured.lines(), [expected]);
}

#[test]
fn sampled_line_has_the_sampling_rate() {
    let captured = Captured::with(|logger| at_a_known_time(logger).sampling_rate(0.25));
    tracing::info!("sampled or not");
    assert_eq!(captured.last()["sampling_rate"], 0.25);
}

#[test]
fn ecs_formatter_renames_keys() {
    let captured = Captured::with(|logger| at_a_known_time(logger).formatter(EcsFormatter));
    invocation("r-1").in_scope(|| {
        append_key("log.level", "mine");
        append_key("level", "free here");
        tracing::warn!(error = exception(&std::fmt::Error), "odd");
    });
    let mut line = captured.last();
    let origin = line.as_object_mut().unwrap().remove("log.origin.file.line");
    assert!(origin.unwrap().is_u64());
    assert!(line["error.stack_trace"].as_str().unwrap().contains("\"causes\":[]"));
    line.as_object_mut().unwrap().remove("error.stack_trace");
    assert_eq!(
        line,
        json!({
            "@timestamp": "2026-11-20T11:31:18.967Z",
            "log.level": "WARN",
            "message": "odd",
            "ecs.version": "8.11.0",
            "service.name": "checkout",
            "log.logger": "integration::logger::formats",
            "faas.coldstart": false,
            "faas.name": "checkout",
            "faas.id": "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
            "faas.execution": "r-1",
            "log.level_": "mine",
            "level": "free here",
            "error.message": "an error occurred when formatting an argument",
            "error.type": "Error",
            "trace.id": "1-5759e988-bd862e3fe1be46a994272793",
        })
    );
}

/// Only what differs from the default need be said, down to nothing at all.
struct Bare;

impl Formatter for Bare {
    fn reserved(&self) -> &'static [&'static str] {
        &[]
    }
    fn head(&self, _: &Record<'_>, _: &mut Object<'_>) {}
    fn invocation(&self, _: &Invocation, _: Option<&str>, _: &mut Object<'_>) {}
}

#[test]
fn empty_formatter_writes_valid_json() {
    let captured = Captured::with(|logger| logger.formatter(Bare));
    tracing::info!("empty");
    tracing::info!(level = 1, "one");
    invocation("r").in_scope(|| tracing::info!("tail only"));
    let lines = captured.lines();
    assert_eq!(lines[..2], ["{}", r#"{"level":1}"#]);
    let tail: Value = serde_json::from_str(&lines[2]).unwrap();
    assert_eq!(tail.as_object().unwrap().len(), 1);
}

#[test]
fn dev_mode_indents_lines() {
    let captured = Captured::with(|logger| at_a_known_time(logger).dev(true));
    tracing::info!("order placed");
    let text = captured.lines().join("\n");
    assert!(text.starts_with("{\n    \"level\": \"INFO\",\n    \"location\": "), "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["message"], "order placed");
}

#[test]
fn formatter_and_user_keys_are_never_duplicated() {
    fn assert_distinct(formatter: impl Formatter + Clone) {
        let names = formatter.reserved();
        let captured = Captured::with(|it| it.sampling_rate(1.0).formatter(formatter));
        invocation("r").in_scope(|| {
            names.iter().for_each(|name| append_key(name, "mine"));
            let keys = names.iter().fold(ScopedKeys::new(), |keys, name| keys.with(name, "scoped"));
            keys.in_scope(|| tracing::info!(sampling_rate = 5, "collides"));
        });
        let line = captured.lines().remove(0);
        for name in names {
            assert!(line.matches(&format!("\"{name}\":")).count() <= 1, "{name} in {line}");
            assert!(line.contains(&format!("\"{name}_\":")), "{name}_ in {line}");
        }
    }
    assert_distinct(PowertoolsFormatter);
    assert_distinct(EcsFormatter);
}
