//! Promises about metrics.

mod allocations;
mod documents;
mod regressions;
mod runtime;
mod totals;
mod validator;

use powertools_metrics::{Metric, Unit, testing::Captured};
use serde_json::Value;

const ORDERS: Metric = Metric::count("OrdersPlaced");
const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds);

/// The documents that were written, each held against the specification.
pub(crate) fn documents(captured: &Captured) -> Vec<Value> {
    captured.lines().iter().map(|line| validated(line)).collect()
}

fn validated(line: &str) -> Value {
    validator::validate(line).unwrap_or_else(|problem| panic!("{problem}\n{line}"))
}
