//! Log lines tell the span that they were logged in.

use powertools_core::{Environment, Invocation, MemorySink};
use powertools_logger::{Levels, Logger};
use serde_json::Value;
use tracing::{Dispatch, info_span, level_filters::LevelFilter};
use tracing_subscriber::layer::SubscriberExt;

use super::{Recorded, TRACE, sampled};

/// Runs `work` in a sampled invocation with a logger beside the tracer; returns the lines.
fn lines(recorded: &Recorded, level: LevelFilter, header: &str, work: impl FnOnce()) -> Vec<Value> {
    let lines = MemorySink::new();
    let logger = Logger::builder()
        .environment(Environment::empty())
        .levels(Levels::new(level))
        .sink(lines.clone())
        .build();
    let subscriber =
        tracing_subscriber::registry().with(recorded.tracer.layer()).with(logger.layer());
    tracing::dispatcher::with_default(&Dispatch::new(subscriber), || {
        let invocation = Invocation::builder("r-1").trace_header(header).build();
        recorded.tracer.open(&invocation);
        invocation.in_scope(work);
        recorded.tracer.close(&invocation);
    });
    lines.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn line_has_trace_and_span_id() {
    let recorded = Recorded::new();
    let lines = lines(&recorded, LevelFilter::INFO, &sampled(), || {
        tracing::info!("in no span");
        info_span!("a span").in_scope(|| {
            tracing::info!("in it");
            tracing::debug_span!("not traced").in_scope(|| tracing::info!("in one below it"));
        });
    });
    let id = recorded.spans()["a span"].id.clone();
    let ids: Vec<_> = lines.iter().map(|line| line["span_id"].as_str()).collect();
    assert_eq!(ids, [None, Some(id.as_str()), Some(id.as_str())]);
    assert!(lines.iter().all(|line| line["xray_trace_id"] == TRACE), "{lines:?}");
}

#[test]
fn log_levels_do_not_affect_spans() {
    let recorded = Recorded::new();
    let lines = lines(&recorded, LevelFilter::ERROR, &sampled(), || {
        info_span!("a span").in_scope(|| {
            tracing::info!("not shown");
            tracing::error!("shown");
        });
    });
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["span_id"], recorded.spans()["a span"].id);
}

#[test]
fn line_of_an_unsampled_invocation_has_the_trace_id_only() {
    let recorded = Recorded::new();
    let header = sampled().replace("Sampled=1", "Sampled=0");
    let lines = lines(&recorded, LevelFilter::INFO, &header, || {
        info_span!("a span").in_scope(|| tracing::info!("in it"));
    });
    assert_eq!((&lines[0]["xray_trace_id"], lines[0].get("span_id")), (&TRACE.into(), None));
}

#[test]
fn invalid_trace_header_gives_neither_a_key_nor_a_trace() {
    for root in [
        "",
        "1-5759e988",
        "1-5759e988-bd862e3fe1be46a99427279g",
        "1-00000000-000000000000000000000000",
        "1-5759e988-bd862e3fe1be46a994272793,Parent=53995c3f42cd8ad8",
        "1-5759e988-bd862e3fe1be46a994272793;Root=1-5759e988-bd862e3fe1be46a994272794",
    ] {
        let recorded = Recorded::new();
        let header = format!("Root={root};Sampled=1");
        let lines = lines(&recorded, LevelFilter::INFO, &header, || {
            info_span!("a span").in_scope(|| tracing::info!("in it"));
        });
        assert_eq!(
            (lines[0].get("xray_trace_id"), lines[0].get("span_id")),
            (None, None),
            "{root}"
        );
        assert!(recorded.spans().is_empty(), "{root}");
    }
}
