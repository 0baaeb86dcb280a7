//! Promises about the log line.

mod allocations;
mod buffering;
mod composition;
mod concurrent;
mod errors;
mod events;
mod formats;
mod keys;
mod redaction;
mod regressions;
mod runtime;
mod values;

use powertools_logger::{Invocation, testing::Captured};
use serde_json::Value;

/// An invocation of which everything is known.
fn invocation(request_id: &str) -> Invocation {
    Invocation::builder(request_id)
        .function_name("checkout")
        .function_arn("arn:aws:lambda:eu-west-1:123456789012:function:checkout")
        .memory_mb(128)
        .trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        .build()
}

/// The messages that were written, in order.
fn messages(captured: &Captured) -> Vec<String> {
    let message = |line: Value| line["message"].as_str().unwrap_or_default().to_owned();
    captured.values().into_iter().map(message).collect()
}
