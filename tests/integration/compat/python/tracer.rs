//! Powertools for Python's Tracer, asked for the documents of every scenario.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::super::agreement::{Written, disagreements, unneeded};
use super::super::tracer::{self, DIFFERENCES, Datagram, FILE};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/tracer.py");

/// What Python sends: dozens of processes, so once.
static PYTHON: LazyLock<Written> = LazyLock::new(|| super::written(SCRIPT, FILE));

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn traces_equal_those_of_powertools_for_python() {
    let (python, ours) = (normal(&PYTHON), normal(&ours()));
    let found = disagreements(&python, &ours, &DIFFERENCES);
    assert!(found.is_empty(), "not in the table of differences:\n{}", found.join("\n"));
    assert_eq!(unneeded(&python, &ours, &DIFFERENCES), Vec::<&str>::new());
}

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn only_the_expected_scenarios_send_nothing() {
    let silent = |written: &Written| {
        let silent = written.iter().filter(|(_, sent)| sent.is_empty());
        silent.map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let neither = [
        "a decision that is open",
        "disabled",
        "disabled by constructor",
        "no parent",
        "no trace header",
        "not sampled",
    ];
    assert_eq!(silent(&ours()), neither);
    let python = [&neither[..3], &["in the SAM CLI"], &neither[3..]].concat();
    assert_eq!(silent(&PYTHON), python);
}

fn ours() -> Written {
    let line = |sent: Datagram| {
        let text = String::from_utf8(sent.bytes).expect("a datagram is text");
        json!({"invocation": sent.invocation, "datagram": text})
    };
    let all = tracer::datagrams().into_iter();
    all.map(|(name, sent)| (name, sent.into_iter().map(line).collect())).collect()
}

fn normal(written: &Written) -> Written {
    let all = |sent: &Vec<Value>| tracer::normal(sent);
    written.iter().map(|(name, sent)| (name.clone(), all(sent))).collect()
}
