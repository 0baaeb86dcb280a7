//! What the examples show of themselves when they are started by hand.

use std::process::Command;

use serde_json::Value;

/// What a demonstration showed.
pub(crate) struct Shown {
    /// stderr.
    pub(crate) summary: String,
    /// stdout.
    pub(crate) output: String,
    /// Log lines.
    pub(crate) lines: Vec<Value>,
    /// Documents in Embedded Metric Format.
    pub(crate) metrics: Vec<Value>,
    /// Spans, where they are lines too.
    pub(crate) spans: Vec<Value>,
}

impl Shown {
    /// Runs the demonstration of an example.
    pub(crate) fn by(example: &str) -> Self {
        // Whatever this machine is set to, the demonstration shows the same.
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--package", example])
            .env_remove("AWS_LAMBDA_RUNTIME_API")
            .env_remove("EVENTS_TABLE")
            .env_remove("PAYMENTS_TABLE")
            .output()
            .unwrap();
        let summary = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{summary}");
        let output = String::from_utf8(output.stdout).unwrap();
        let (metrics, lines): (Vec<_>, Vec<_>) =
            output.lines().map(parse).partition(|line| line.get("_aws").is_some());
        let (spans, lines) = lines.into_iter().partition(|line| line["type"] == "subsegment");
        Self { summary, output, lines, metrics, spans }
    }

    /// Returns the lines with a message.
    pub(crate) fn saying(&self, message: &str) -> Vec<&Value> {
        self.lines.iter().filter(|line| line["message"] == message).collect()
    }

    /// Returns the sum of what was recorded of a metric.
    pub(crate) fn sum(&self, metric: &str) -> f64 {
        let values = self.metrics.iter().filter_map(|document| document[metric].as_array());
        values.flatten().filter_map(Value::as_f64).sum()
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
