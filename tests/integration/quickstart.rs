//! What a newcomer's first commands show.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::demo::Shown;

#[test]
fn quickstart_shows_six_events_with_lines_metrics_and_spans() {
    let shown = Shown::by("quickstart");
    assert_summary(&shown.summary);
    assert_lines(&shown.lines);
    assert_metrics(&shown.metrics);
    assert_trees(&shown.summary);
    assert_span_ids(&shown.lines);
    assert_table(&shown.output);
}

fn assert_summary(summary: &str) {
    let count = |text: &str| summary.matches(text).count();
    assert_eq!((count("  201 {"), count("  400 {"), count("  409 {")), (4, 1, 1), "{summary}");
    assert_eq!(
        (count("function error"), count("function error panic: nobody spends that much")),
        (1, 1),
        "{summary}"
    );
    assert_eq!(count(" cold "), 2, "{summary}");
}

/// Each event has the handler's span, and in it the one of `place` unless there was nothing to place.
fn assert_trees(summary: &str) {
    let spans = summary.lines().filter(|line| line.trim_start().starts_with("## "));
    let spans: Vec<_> = spans.collect();
    let is_handler = |line: &str| line.starts_with("  ## place_order  ");
    let is_place = |line: &str| line.starts_with("    ## quickstart::orders::place  ");
    let shape: String = spans.iter().map(|line| if is_handler(line) { 'h' } else { 'p' }).collect();
    assert_eq!(shape, "hphphhphphphp", "{summary}");
    let placed = spans.iter().filter(|line| is_place(line));
    assert_eq!(placed.count(), 6, "{summary}");
    for (handlers, number) in [("ColdStart=true", 2), ("ColdStart=false", 5)] {
        let handlers = format!("{handlers}  Service=\"checkout\"");
        let having = spans.iter().filter(|line| is_handler(line) && line.contains(&handlers));
        assert_eq!(having.count(), number, "{summary}");
    }
    let faults: Vec<_> = spans.iter().filter(|line| line.contains("  fault: ")).collect();
    assert_eq!(faults.len(), 2, "the panic goes through both: {summary}");
    assert!(is_handler(faults[0]) && faults[0].contains("fault: panic: "), "{summary}");
    assert!(faults[1].ends_with("  fault: panic: nobody spends that much"), "{summary}");
}

/// Every line is written in a span: that of `place`, or the handler's.
fn assert_span_ids(lines: &[Value]) {
    for line in lines {
        let id = line["span_id"].as_str().unwrap_or_else(|| panic!("{line} has no span"));
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    }
    let of = |message: &str| {
        let line = lines.iter().find(|line| line["message"] == message);
        line.unwrap_or_else(|| panic!("no {message}"))["span_id"].clone()
    };
    // Both of the first event; one in the handler, the other in `place`.
    assert_ne!(of("order received"), of("order placed"));
}

/// Asks the demo's lines for its errors, as the README does.
fn assert_table(output: &str) {
    let mut insights = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "powertools-insights", "--", "run", "errors-by-type"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    insights.stdin.take().unwrap().write_all(output.as_bytes()).unwrap();
    let table = insights.wait_with_output().unwrap();
    assert!(table.status.success());
    let table = String::from_utf8(table.stdout).unwrap();
    let errors =
        ["serde_json::Error   WARN ", "OrderError          WARN ", "panic               ERROR "];
    let rows: Vec<_> = table.lines().map(str::trim_start).collect();
    for error in errors {
        assert!(rows.iter().any(|row| row.starts_with(error)), "{error} in {table}");
    }
    assert_eq!(rows.len(), 2 + errors.len(), "{table}");
}

fn assert_metrics(metrics: &[Value]) {
    let having = |name: &str| metrics.iter().filter(|line| line.get(name).is_some()).count();
    assert_eq!((having("ColdStart"), having("OrdersPlaced"), having("RevenueInCents")), (2, 4, 4));
    let checkout = metrics.iter().filter(|line| line["service"] == "checkout").count();
    assert_eq!(checkout, metrics.len());
}

fn assert_lines(lines: &[Value]) {
    let having = |key: &str, value: Value| lines.iter().filter(|line| line[key] == value).count();
    assert_eq!(having("service", json!("checkout")), lines.len());
    assert_eq!(having("correlation_id", json!("LV7fzho-PHcEJPw=")), lines.len());
    assert_eq!(having("message", json!("order placed")), 4);
    let debug: Vec<_> = lines.iter().filter(|line| line["level"] == "DEBUG").collect();
    assert_eq!(debug.len(), 1, "only the sampled function shows its one DEBUG line: {debug:?}");
    assert_eq!(debug[0]["sampling_rate"], 1.0);
    let names: Vec<_> = lines.iter().filter_map(|line| line["exception_name"].as_str()).collect();
    assert_eq!(names, ["serde_json::Error", "OrderError", "panic"]);
    let panicked = lines.iter().find(|line| line["exception_name"] == "panic").unwrap();
    assert!(panicked["location"].as_str().unwrap().contains("orders.rs:"), "{panicked}");
}
