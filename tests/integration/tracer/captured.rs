//! Spans as a user's own test captures them.

use std::future::Future;

use powertools_tracer::{Invocation, testing::Captured};
use serde_json::Value;

/// Runs `future` as an invocation with this trace header.
pub(super) async fn invoke_with<F: Future>(
    captured: &Captured,
    header: &str,
    future: F,
) -> F::Output {
    let invocation = Invocation::builder("request").trace_header(header).build();
    captured.tracer().open(&invocation);
    let output = invocation.scope(future).await;
    captured.tracer().close(&invocation);
    output
}

/// The span of this name, of which there is one.
pub(super) fn named(spans: &[Value], name: &str) -> Value {
    let mut found = spans.iter().filter(|span| span["name"] == name);
    let span = found.next().unwrap_or_else(|| panic!("no {name} in {spans:?}"));
    assert!(found.next().is_none(), "several {name} in {spans:?}");
    span.clone()
}

/// What `named` finds in a trace header.
pub(super) fn member<'a>(header: &'a str, name: &str) -> &'a str {
    let mut members = header.split(';').filter_map(|member| member.split_once('='));
    members.find(|(member, _)| *member == name).map_or("", |(_, value)| value)
}
