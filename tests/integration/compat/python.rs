//! Powertools for Python, asked for the lines of every scenario; here those of its Logger.

mod idempotency;
mod metrics;
mod tracer;

use std::io::Write;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::agreement::{Written, disagreements, unneeded};
use super::differences::DIFFERENCES;
use super::player;
use super::scenario::{Document, FILE};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/logger.py");

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn every_scenario_writes_valid_lines() {
    let written = written(SCRIPT, FILE);
    for scenario in Document::read().scenarios {
        let lines = written.get(&scenario.name).map_or(&[][..], Vec::as_slice);
        assert!(!lines.is_empty(), "`{}` wrote nothing", scenario.name);
        assert!(lines.iter().all(Value::is_object), "`{}`: {lines:?}", scenario.name);
    }
}

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn two_runs_differ_only_in_timestamps() {
    let (first, second) = (written(SCRIPT, FILE), written(SCRIPT, FILE));
    let timestamp = DIFFERENCES.iter().find(|difference| difference.key == "timestamp");
    let timestamp = [*timestamp.expect("it is documented")];
    assert_eq!(disagreements(&first, &second, &timestamp), Vec::<String>::new());
    assert_eq!(unneeded(&first, &second, &timestamp), Vec::<&str>::new());
}

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn lines_equal_those_of_powertools_for_python() {
    let (python, ours) = (written(SCRIPT, FILE), player::written());
    let found = disagreements(&python, &ours, &DIFFERENCES);
    assert!(found.is_empty(), "not in the table of differences:\n{}", found.join("\n"));
    assert_eq!(unneeded(&python, &ours, &DIFFERENCES), Vec::<&str>::new());
}

/// Has the peer, a program in Python, play the scenarios.
fn written(peer: &str, scenarios: &str) -> Written {
    let mut process = start(peer);
    let mut stdin = process.stdin.take().expect("it is piped");
    stdin.write_all(scenarios.as_bytes()).expect("the peer reads all before it writes");
    drop(stdin);
    let output = process.wait_with_output().expect("the peer ends");
    assert!(output.status.success(), "{peer} failed, as told above");
    parse(&output.stdout)
}

fn start(peer: &str) -> Child {
    let python = std::env::var_os("POWERTOOLS_PYTHON");
    let python = python.expect("POWERTOOLS_PYTHON names the interpreter: run `cargo xtask test`");
    let mut process = Command::new(python);
    process.arg(peer).stdin(Stdio::piped()).stdout(Stdio::piped());
    process.spawn().expect("POWERTOOLS_PYTHON names an interpreter")
}

fn parse(printed: &[u8]) -> Written {
    let runs = serde_json::from_slice::<Vec<Value>>(printed).expect("the peer prints a list");
    let text = |value: &Value| value.as_str().expect("names and lines are strings").to_owned();
    let line = |line: &Value| {
        let line = text(line);
        let value = serde_json::from_str(&line);
        value.map_err(|error| format!("{error} in {line}")).expect("a line is JSON")
    };
    let lines =
        |run: &Value| run["lines"].as_array().expect("a run has lines").iter().map(line).collect();
    runs.iter().map(|run| (text(&run["name"]), lines(run))).collect()
}

#[test]
fn printed_output_is_parsed_by_scenario() {
    let written =
        parse(br#"[{"name": "levels", "lines": ["{\"level\": \"INFO\"}"], "warnings": []}]"#);
    assert_eq!(written["levels"], [serde_json::json!({"level": "INFO"})]);
}

#[test]
#[should_panic(expected = "a line is JSON: \"expected value at line 1 column 11 in")]
fn line_that_is_not_json_is_shown() {
    parse(br#"[{"name": "ratio", "lines": ["{\"ratio\": NaN}"], "warnings": []}]"#);
}
