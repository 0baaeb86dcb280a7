//! A line costs no allocation once its buffers have grown.

use powertools_logger::{LineSink, Logger, append_key};

use super::invocation;

struct Nowhere;

impl LineSink for Nowhere {
    fn write_line(&self, line: &[u8]) {
        assert!(line.ends_with(b"}\n"));
    }
}

fn quiet_logger() -> Logger {
    let environment = powertools_logger::Environment::empty();
    Logger::builder().environment(environment).sink(Nowhere).build()
}

/// Counts what `work` allocates when it is done a thousand times, after the buffers have grown.
fn allocations(work: impl Fn()) -> u64 {
    tracing::subscriber::with_default(quiet_logger().subscriber(), || {
        invocation("r-1").in_scope(|| {
            append_key("order_id", 17);
            (0..10).for_each(|_| work());
            let counted = allocation_counter::measure(|| (0..1000).for_each(|_| work()));
            counted.count_total
        })
    })
}

#[test]
fn event_does_not_allocate() {
    let span = tracing::info_span!("checkout", tenant = "t-1", shard = 7, region = "eu-west-1");
    let _entered = span.enter();
    let counted = allocations(|| {
        tracing::info!(order = 17, customer = "c-1029", total = 42.5, express = true, items = ?[1, 2], "placed");
    });
    assert_eq!(counted, 0);
}

#[test]
fn nested_json_does_not_allocate() {
    let order = serde_json::json!({"id": 17, "items": ["tea", "cups"]});
    assert_eq!(
        allocations(|| tracing::info!(order = powertools_logger::json(&order), "placed")),
        0
    );
}

#[test]
fn span_with_fields_does_not_allocate() {
    let counted = allocations(|| {
        tracing::info_span!("checkout", tenant = "t-1", shard = 7)
            .in_scope(|| tracing::info!("in it"));
    });
    assert_eq!(counted, 0);
}

#[test]
fn allocation_counter_detects_allocations() {
    assert!(allocations(|| tracing::info!(text = "x".to_owned(), "allocates")) >= 1000);
}
