//! What the examples show of themselves when they are started by hand.

use std::process::Command;

use serde_json::Value;

/// What a demo showed.
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
    /// Runs the demo of an example.
    pub(crate) fn by(example: &str) -> Self {
        let output = command(example).output().unwrap();
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

/// Returns the command that runs a demo; whatever this machine is set to, it shows the same.
fn command(example: &str) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--package", example]);
    for variable in ["AWS_LAMBDA_RUNTIME_API", "EVENTS_TABLE", "PAYMENTS_TABLE"] {
        command.env_remove(variable);
    }
    command
}

/// Without its table the function can't handle an event.
#[test]
fn demo_with_failing_events_exits_with_an_error() {
    let output = command("events")
        .env("EVENTS_TABLE", "nowhere")
        .env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
        .env("AWS_ACCESS_KEY_ID", "id")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .output()
        .unwrap();
    let summary = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{summary}");
    assert!(summary.contains("not shown: a parcel and the next event"), "{summary}");
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
