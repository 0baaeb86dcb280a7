//! What a newcomer's first command shows.

use std::process::Command;

use serde_json::{Value, json};

#[test]
fn the_first_command_shows_six_events_and_the_lines_they_write() {
    // Whatever this machine is set to, the demonstration shows the same.
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "quickstart"])
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .output()
        .unwrap();
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{summary}");
    assert_summary(&summary);
    let lines: Vec<Value> = String::from_utf8(output.stdout).unwrap().lines().map(parse).collect();
    let (metrics, lines): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line.get("_aws").is_some());
    assert_lines(&lines);
    assert_metrics(&metrics);
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn assert_summary(summary: &str) {
    let count = |text: &str| summary.matches(text).count();
    assert_eq!((count("  201 {"), count("  400 {"), count("  409 {")), (4, 1, 1), "{summary}");
    assert_eq!((count("function error"), count("nobody spends that much")), (1, 1), "{summary}");
    assert_eq!(count(" cold "), 2, "{summary}");
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
    assert_eq!(names, ["Error", "OrderError", "panic"]);
    let panicked = lines.iter().find(|line| line["exception_name"] == "panic").unwrap();
    assert!(panicked["location"].as_str().unwrap().contains("orders.rs:"), "{panicked}");
}
