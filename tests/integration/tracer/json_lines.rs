//! Spans as lines of JSON.

use std::time::Duration;

use powertools_core::{Environment, Invocation, MemorySink};
use powertools_local::Local;
use powertools_tracer::{JsonLinesExporter, Tracer, annotation, metadata};
use serde_json::{Value, json};
use tracing::info_span;
use tracing_subscriber::layer::SubscriberExt;

use super::{Daemon, PARENT, TRACE, by_name, sampled};

/// What CloudWatch Logs takes of an event: 1 MiB without the 26 bytes that it counts as its own.
const LONGEST: usize = 1024 * 1024 - 26;

/// What a span carries of a value, in bytes.
const LONGEST_VALUE: usize = 16 * 1024;

/// Runs `work` as a sampled invocation; returns where its lines are.
fn written(work: impl FnOnce()) -> MemorySink {
    powertools_core::testing::enable_all_callsites();
    let lines = MemorySink::new();
    let tracer = Tracer::builder().environment(Environment::empty());
    let tracer = tracer.exporter(JsonLinesExporter::to(lines.clone())).build();
    let subscriber = tracing_subscriber::registry().with(tracer.layer());
    tracing::subscriber::with_default(subscriber, || {
        let invocation = Invocation::builder("r-1").trace_header(sampled()).build();
        tracer.open(&invocation);
        invocation.in_scope(work);
        tracer.close(&invocation);
    });
    lines
}

/// Returns the line of the one span that `fill` fills, when CloudWatch would take it, and its document.
fn line(fill: impl FnOnce()) -> (String, Value) {
    let mut lines = written(|| info_span!("a span", order = 17).in_scope(fill)).lines();
    assert_eq!(lines.len(), 1);
    let line = lines.remove(0);
    // The line feed is one byte more.
    assert!(line.len() < LONGEST, "{} bytes", line.len());
    let document: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&document["name"], &document["trace_id"], &document["parent_id"]),
        (&json!("a span"), &json!(TRACE), &json!(PARENT))
    );
    assert!(document["end_time"].is_number());
    (line, document)
}

/// The same as the X-Ray daemon would be told it.
fn as_datagram(line: &str) -> Vec<u8> {
    let mut document: Value = serde_json::from_str(line).unwrap();
    let members = document.as_object_mut().unwrap();
    assert_eq!(members.remove("level"), Some("INFO".into()));
    let time = members.remove("timestamp").unwrap();
    assert!(humantime::parse_rfc3339(time.as_str().unwrap()).is_ok(), "{time}");
    format!("{{\"format\":\"json\",\"version\":1}}\n{document}").into_bytes()
}

#[test]
fn each_span_is_one_line_with_its_parent() {
    let lines = written(|| {
        let outer = info_span!("the outer", order = 17).entered();
        info_span!("the inner").in_scope(|| {
            annotation("Express", true);
            info_span!("the innermost").in_scope(|| tracing::error!(error = "no\ntea", "failed"));
        });
        drop(outer);
        info_span!("another one").in_scope(|| ());
    });
    let lines = lines.lines();
    assert_eq!(lines.len(), 4);
    let spans = by_name(&lines.iter().map(|line| as_datagram(line)).collect::<Vec<_>>());
    let [outer, inner, innermost, another] =
        ["the outer", "the inner", "the innermost", "another one"].map(|name| &spans[name]);
    let parents = [outer, inner, innermost, another].map(|span| &*span.parent);
    assert_eq!(parents, [PARENT, &outer.id, &inner.id, PARENT]);
    assert!(spans.values().all(|span| span.document["trace_id"] == TRACE && span.is_over()));
    assert_eq!(outer.document["metadata"]["service_undefined"]["order"], 17);
    assert_eq!(inner.document["annotations"]["Express"], true);
    assert_eq!(innermost.document["fault"], true);
}

#[test]
fn span_outliving_its_invocation_is_two_lines_with_one_id() {
    let mut left = None;
    let lines = written(|| left = Some(info_span!("left open")));
    assert_eq!(lines.lines().len(), 1);
    drop(left);
    let lines = lines.lines();
    let lines: Vec<Value> = lines.iter().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["id"]), (2, &lines[1]["id"]));
    assert_eq!((&lines[0]["in_progress"], lines[0].get("end_time")), (&json!(true), None));
    assert_eq!((lines[1].get("in_progress"), lines[1]["end_time"].is_number()), (None, true));
}

#[test]
fn line_within_the_cloudwatch_limit_is_complete() {
    let value = "x".repeat(LONGEST_VALUE - 2);
    let (line, document) = line(|| (0..63).for_each(|at| metadata(&format!("{at}"), &value)));
    assert!(line.len() > 63 * LONGEST_VALUE);
    assert_eq!(document["metadata"].get("powertools"), None);
    assert_eq!(document["metadata"]["service_undefined"]["62"], value);
}

#[test]
fn oversized_span_drops_its_long_values() {
    let value = "x".repeat(LONGEST_VALUE - 2);
    let (_, document) = line(|| {
        annotation("Kept", true);
        metadata("short", "kept");
        (0..100).for_each(|at| metadata(&format!("long {at}"), &value));
    });
    let metadata = &document["metadata"];
    assert!(metadata["powertools"]["cut"].is_string(), "{metadata}");
    let own = &metadata["service_undefined"];
    assert_eq!((&own["order"], &own["short"]), (&json!(17), &json!("kept")));
    let long = (0..100).map(|at| own[format!("long {at}")].clone());
    assert!(long.into_iter().all(|it| it == format!("<cut: {LONGEST_VALUE} bytes>")), "{own}");
    assert_eq!(document["annotations"]["Kept"], true);
}

#[test]
fn span_too_long_after_escaping_is_a_note() {
    let value = "\u{1}".repeat(LONGEST_VALUE);
    let fields = || (0..60).for_each(|at| annotation(&format!("key_{at}"), &value));
    let names = || (0..100).for_each(|at| metadata(&format!("{at}{value}"), at));
    let (_, document) = line(|| {
        fields();
        names();
        tracing::error!(error = value, "failed");
    });
    let metadata = document["metadata"].as_object().unwrap();
    assert_eq!(metadata.keys().collect::<Vec<_>>(), ["powertools"]);
    assert!(metadata["powertools"]["cut"].is_string(), "{metadata:?}");
    assert_eq!((document["fault"].as_bool(), document.get("annotations")), (Some(true), None));
}

#[tokio::test]
async fn stdout_exporter_writes_spans_among_the_lines() {
    let daemon = Daemon::start();
    let local = Local::builder("chatty").timeout(Duration::from_secs(20));
    let local = local.env("AWS_XRAY_DAEMON_ADDRESS", daemon.address());
    let local = local.env("POWERTOOLS_TRACER_EXPORTER", "stdout");
    let local = local.binary(env!("CARGO_BIN_EXE_chatty")).start().await.unwrap();
    let order = json!({"together": 1, "number": 1, "lines": 4});
    let outcome = local.invocation(&order).trace_header(sampled()).send().await.unwrap();
    assert_eq!(outcome.function_error, None);
    let lines = local.function_lines();
    let lines: Vec<Value> = lines.iter().filter_map(|it| serde_json::from_str(it).ok()).collect();
    let spans: Vec<_> = lines.iter().filter(|line| line["type"] == "subsegment").collect();
    let handler = spans.iter().find(|span| span["name"] == "## handler").unwrap();
    assert_eq!((spans.len(), &handler["parent_id"]), (3, &json!(PARENT)));
    let tasks = spans.iter().filter(|span| span["parent_id"] == handler["id"]);
    assert_eq!(tasks.count(), 2);
    assert!(daemon.datagrams().is_empty());
}
