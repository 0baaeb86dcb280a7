//! A log line: an event with five fields inside a span with three.

use powertools_core::Invocation;
use tracing::Dispatch;

use crate::{baselines, case::Case, competitors};

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("line", "line/by-hand", competitors::nothing, alone, baselines::by_hand).floor(),
        Case::new("line", "line/serde-struct", competitors::nothing, alone, baselines::serde),
    ];
    let line = |name, setup: fn() -> Dispatch| Case::new("line", name, setup, in_span, event);
    cases.extend([
        line("line/powertools-logger", competitors::powertools),
        line("line/tracing-flat-json", competitors::tracing_flat_json),
        line("line/json-subscriber", competitors::json_subscriber),
        line("line/lambda-runtime-json", competitors::lambda_runtime_json),
        line("line/tracing-subscriber-json", competitors::tracing_subscriber_json),
    ]);
    let in_invocation = |name, setup: fn() -> Dispatch, around, once| {
        Case::new("invocation", name, setup, around, once)
    };
    cases.extend([
        in_invocation(
            "invocation/by-hand",
            competitors::nothing,
            alone,
            baselines::by_hand_in_invocation,
        )
        .floor(),
        in_invocation(
            "invocation/powertools-logger",
            competitors::powertools,
            within_invocation,
            event,
        ),
    ]);
    let span_of = |name, setup: fn() -> Dispatch| Case::new("span", name, setup, alone, span);
    cases.extend([
        span_of("span/bare-registry", competitors::bare_registry).floor(),
        span_of("span/powertools-logger", competitors::powertools),
        span_of("span/tracing-flat-json", competitors::tracing_flat_json),
        span_of("span/json-subscriber", competitors::json_subscriber),
        span_of("span/tracing-subscriber-json", competitors::tracing_subscriber_json),
    ]);
    cases.extend([
        Case::new(
            "disabled",
            "disabled/bare-registry",
            competitors::bare_registry_at_info,
            alone,
            disabled,
        )
        .floor(),
        Case::new(
            "disabled",
            "disabled/powertools-logger",
            competitors::powertools,
            alone,
            disabled,
        ),
    ]);
    cases
}

fn alone(run: &mut dyn FnMut()) {
    run();
}

fn in_span(run: &mut dyn FnMut()) {
    tracing::info_span!("checkout", tenant = "t-1", shard = 7, region = "eu-west-1").in_scope(run);
}

fn within_invocation(run: &mut dyn FnMut()) {
    let invocation = Invocation::builder("6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e")
        .function_name("checkout")
        .function_arn("arn:aws:lambda:eu-west-1:123456789012:function:checkout")
        .memory_mb(128)
        .trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        .build();
    invocation.in_scope(|| in_span(run));
}

fn event() {
    tracing::info!(
        order_id = 17_u64,
        customer = "c-1029",
        total = 42.5,
        express = true,
        items = 3_i64,
        "order placed"
    );
}

fn span() {
    let span = tracing::info_span!("checkout", tenant = "t-1", shard = 7, region = "eu-west-1");
    let _entered = span.enter();
}

fn disabled() {
    tracing::debug!(order_id = 17_u64, customer = "c-1029", "order placed");
}
