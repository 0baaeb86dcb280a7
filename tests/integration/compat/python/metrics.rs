//! Powertools for Python's Metrics, asked for the documents of every scenario.

use serde_json::Value;

use super::super::agreement::{Written, disagreements, unneeded};
use super::super::metrics::{self, DIFFERENCES, FILE};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/compat/metrics.py");

#[test]
#[ignore = "needs Powertools for Python: run `cargo xtask test`"]
fn documents_equal_those_of_powertools_for_python() {
    let (python, ours) = (normal(super::written(SCRIPT, FILE)), normal(ours()));
    let found = disagreements(&python, &ours, &DIFFERENCES);
    assert!(found.is_empty(), "not in the table of differences:\n{}", found.join("\n"));
    assert_eq!(unneeded(&python, &ours, &DIFFERENCES), Vec::<&str>::new());
}

fn ours() -> Written {
    let parse = |line: &String| serde_json::from_str(line).expect("a document is JSON");
    let written = metrics::written().into_iter();
    written.map(|(name, lines)| (name, lines.iter().map(parse).collect())).collect()
}

fn normal(written: Written) -> Written {
    let all = |lines: Vec<Value>| lines.into_iter().map(metrics::normal).collect();
    written.into_iter().map(|(name, lines)| (name, all(lines))).collect()
}
