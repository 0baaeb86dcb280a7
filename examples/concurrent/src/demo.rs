//! The demo: runs this binary on the local runtime, as on Lambda Managed Instances, and sends it eight events at once.
//!
//! stdout shows the function's lines exactly as Lambda would receive them, and stderr a summary. The demo also verifies
//! this output, and fails if it is not as expected.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

use std::{collections::BTreeSet, fmt};

use powertools::Error;
use powertools_local::{Local, Outcome};
use serde_json::{Value, json};

/// The number of concurrent invocations.
const AT_ONCE: u32 = 8;

/// Sends eight events, all at once.
pub(crate) async fn run() -> Result<(), Error> {
    let function = Local::builder("concurrent")
        .concurrency(AT_ONCE)
        .env("POWERTOOLS_SERVICE_NAME", "quotes")
        .env("POWERTOOLS_TRACER_EXPORTER", "stdout")
        .binary(std::env::current_exe()?)
        .start()
        .await?;
    let send = |number| {
        let event = json!({"id": format!("p-{number}"), "grams": 700 * number});
        tokio::spawn(function.invocation(&event).trace_header(trace_header(number)).send())
    };
    let mut outcomes = Vec::new();
    for invocation in (1..=AT_ONCE).map(send).collect::<Vec<_>>() {
        outcomes.push(invocation.await??);
    }
    let lines = function.function_lines();
    lines.iter().for_each(|line| println!("{line}"));
    show(&outcomes, &lines.iter().flat_map(|line| serde_json::from_str(line)).collect::<Vec<_>>())
}

/// Returns a trace header; each invocation has a separate trace.
fn trace_header(number: u32) -> String {
    format!("Root={};Parent=53995c3f42cd8ad8;Sampled=1", trace_id(number))
}

fn trace_id(number: u32) -> String {
    format!("1-5759e988-{number:024x}")
}

fn show(outcomes: &[Outcome], written: &[Value]) -> Result<(), Error> {
    let mut all_own = Vec::new();
    for (number, outcome) in (1..).zip(outcomes) {
        let own = Own::of(number, outcome, written);
        all_own.push(own.is_complete(number) && outcome.function_error.is_none());
        let answer = String::from_utf8_lossy(&outcome.payload);
        eprintln!("p-{number}  {:>6.1?}  {own}  {answer}", outcome.duration);
    }
    let ids = written.iter().filter_map(|line| line["function_request_id"].as_str());
    let ids = ids.collect::<Vec<_>>();
    let changes = ids.windows(2).filter(|pair| pair[0] != pair[1]).count();
    eprintln!("{changes} times a log line belongs to another invocation than the one before it");
    ensure(all_own.iter().all(|it| *it), "lines, metrics and spans of each invocation as its own")?;
    ensure(changes >= outcomes.len(), "invocations that run at once")
}

/// Fails the demo if its output is not as expected.
fn ensure(happened: bool, expected: impl Into<String>) -> Result<(), Error> {
    if happened { Ok(()) } else { Err(format!("not shown: {}", expected.into()).into()) }
}

/// The output of one invocation, found by its request id, its trace and the metadata of its metrics.
struct Own {
    lines: usize,
    calls: usize,
    spans: usize,
    /// The parcels that the output is about.
    parcels: BTreeSet<String>,
}

impl Own {
    /// Returns whether the output of the invocation is complete and contains nothing from another one.
    fn is_complete(&self, number: u32) -> bool {
        (self.lines, self.calls, self.spans) == (4, 3, 4)
            && self.parcels == BTreeSet::from([format!("p-{number}")])
    }

    fn of(number: u32, outcome: &Outcome, written: &[Value]) -> Self {
        let of_this = |member: &'static str, value: &str| {
            let value = Value::from(value);
            written.iter().filter(move |line| line[member] == value).collect::<Vec<_>>()
        };
        let lines = of_this("function_request_id", &outcome.request_id);
        let spans = of_this("trace_id", &trace_id(number));
        let documents = of_this("parcel", &format!("p-{number}")).into_iter();
        let calls = documents.filter_map(|line| line["CarrierCallLatency"].as_array());
        let said = lines.iter().map(|line| &line["parcel"]);
        let said = said.chain(spans.iter().map(|span| &span["annotations"]["Parcel"]));
        Self {
            lines: lines.len(),
            calls: calls.map(Vec::len).sum(),
            spans: spans.len(),
            parcels: said.filter_map(Value::as_str).map(str::to_owned).collect(),
        }
    }
}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lines, calls, spans, parcels } = self;
        let parcels = parcels.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        write!(f, "{lines} lines, {calls} calls measured and {spans} spans, all of {parcels}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_up_output_is_incomplete() {
        let parcels = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let own = |parcels| Own { lines: 4, calls: 3, spans: 4, parcels };
        assert!(own(parcels(&["p-1"])).is_complete(1));
        assert!(!own(parcels(&["p-1", "p-2"])).is_complete(1));
        assert!(!own(parcels(&["p-2"])).is_complete(1));
        assert!(!Own { spans: 3, ..own(parcels(&["p-1"])) }.is_complete(1));
    }
}
