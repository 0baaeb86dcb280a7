//! What other loggers get wrong and this one does not, each under its number.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use lambda_runtime::{LambdaInvocation, Service, tower};
use powertools_core::lambda::InvocationLayer;

use powertools_logger::{
    Buffering, ColdStart, Environment, Invocation, Levels, Logger, ManualClock, MemorySink,
    ScopedKeys, append_key, remove_key,
    testing::{Captured, capture},
};
use serde_json::{Value, json};
use tower_layer::Layer;
use tracing::{Instrument, Level, instrument::WithSubscriber};

use super::{invocation, messages};

#[test]
fn nan_and_infinities_keep_the_line_valid() {
    let captured = capture();
    tracing::info!(nan = f64::NAN, up = f64::INFINITY, down = f64::NEG_INFINITY, "ratios");
    let line = captured.last();
    assert_eq!(
        (&line["nan"], &line["up"], &line["down"]),
        (&json!("NaN"), &json!("Infinity"), &json!("-Infinity"))
    );
    tracing::info!(nested = powertools_logger::json(&[f64::NAN]), "nested");
    assert_eq!(captured.last()["nested"], json!([null]));
}

#[test]
fn standard_keys_are_neither_overwritten_nor_removed() {
    let captured =
        Captured::with(|logger| logger.service("checkout").persistent_key("service", "mine"));
    invocation("r-1").in_scope(|| {
        append_key("level", "LOUD");
        append_key("order_id", 17);
        ["level", "timestamp", "service", "function_request_id"].into_iter().for_each(remove_key);
        append_key("location", "here");
        tracing::info!(timestamp = "now", "a message");
    });
    let line = captured.last();
    assert_eq!(
        (&line["level"], &line["message"], &line["service"]),
        (&json!("INFO"), &json!("a message"), &json!("checkout"))
    );
    assert_eq!(
        (&line["timestamp_"], &line["service_"], &line["location_"]),
        (&json!("now"), &json!("mine"), &json!("here"))
    );
    assert_eq!((&line["function_request_id"], &line["order_id"]), (&json!("r-1"), &json!(17)));
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(line.get("level_"), None, "the user removed it");
}

#[test]
fn outer_key_is_restored_after_the_scope() {
    let captured = capture();
    invocation("r-1").in_scope(|| {
        append_key("step", "outer");
        ScopedKeys::new().with("step", "middle").in_scope(|| {
            ScopedKeys::new().with("step", "inner").in_scope(|| tracing::info!("a"));
            tracing::info!("b");
        });
        tracing::info!("c");
    });
    let steps: Vec<Value> = captured.values().iter().map(|line| line["step"].clone()).collect();
    assert_eq!(steps, ["inner", "middle", "outer"]);
}

#[test]
fn lines_outside_an_invocation_are_written_immediately() {
    let captured = Captured::with(|logger| logger.buffering(Buffering::new().level(Level::WARN)));
    tracing::warn!("starting");
    assert_eq!(messages(&captured), ["starting"]);
    let without_trace = Invocation::builder("r-1").build();
    without_trace.in_scope(|| {
        tracing::info!("kept back");
        assert_eq!(messages(&captured), ["starting"]);
        tracing::error!("broken");
    });
    assert_eq!(messages(&captured), ["starting", "kept back", "broken"]);
}

#[test]
fn buffered_line_has_the_values_from_when_it_was_logged() {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_174_278);
    let clock = ManualClock::at(start);
    let captured = Captured::with(|logger| logger.buffering(Buffering::new()).clock(clock.clone()));
    invocation("r-1").in_scope(|| {
        append_key("step", 1);
        tracing::debug!("early");
        append_key("step", 2);
        clock.advance(Duration::from_secs(2));
        tracing::error!("late");
    });
    let lines = captured.values();
    assert_eq!(
        (&lines[0]["step"], &lines[0]["timestamp"]),
        (&json!(1), &json!("2026-11-20T11:31:18.000Z"))
    );
    assert_eq!(
        (&lines[1]["step"], &lines[1]["timestamp"]),
        (&json!(2), &json!("2026-11-20T11:31:20.000Z"))
    );
}

#[test]
fn buffers_belong_to_the_invocation_not_the_trace() {
    let captured = Captured::with(|logger| logger.buffering(Buffering::new()));
    let (first, retry) = (invocation("r-1"), invocation("r-2"));
    assert_eq!(first.trace_id(), retry.trace_id());
    first.in_scope(|| tracing::debug!("of the first"));
    retry.in_scope(|| tracing::error!("of the retry"));
    assert_eq!(messages(&captured), ["of the retry"]);
    first.in_scope(|| tracing::error!("of the first too"));
    assert_eq!(messages(&captured), ["of the retry", "of the first", "of the first too"]);
}

#[test]
fn keys_never_leak_into_another_invocation() {
    let captured = capture();
    let (a, b) = (invocation("a"), invocation("b"));
    a.in_scope(|| append_key("customer", "of a"));
    b.in_scope(|| tracing::info!("b"));
    assert_eq!(captured.last().get("customer"), None);
    a.in_scope(|| tracing::info!("a"));
    assert_eq!(captured.last()["customer"], "of a");
    tracing::info!("outside");
    assert_eq!(captured.last().get("customer"), None);
}

#[test]
fn sampling_is_exact_and_decided_for_each_invocation() {
    let sampled = |invocations: usize, rate: f64| {
        let captured =
            Captured::with(|logger| logger.levels(Levels::default()).sampling_rate(rate));
        for _ in 0..invocations {
            invocation("r").in_scope(|| {
                tracing::debug!("first");
                // The decision holds for the whole invocation, and for no other.
                tracing::debug!("second");
            });
        }
        let lines = captured.lines().len();
        assert_eq!(lines % 2, 0);
        lines / 2
    };
    assert_eq!((sampled(1000, 0.0), sampled(1000, 1.0)), (0, 1000));
    // 200 are due, with a deviation of 14; one percent too many would be 400.
    let at_one_percent = sampled(20_000, 0.01);
    assert!((100..300).contains(&at_one_percent), "{at_one_percent} of 20,000 at 0.01");
}

#[test]
fn level_is_case_insensitive_and_an_invalid_one_gives_a_warning() {
    for (value, warnings) in [("error", 0), ("ERROR", 0), ("eRRor", 0), ("verbose", 1)] {
        let environment =
            Environment::of([("POWERTOOLS_LOG_LEVEL", value), ("LOG_LEVEL", "ERROR")]);
        let sink = MemorySink::new();
        let builder = Logger::builder().environment(environment).sink(sink.clone());
        let (logger, told) = builder.build_with_warnings();
        assert_eq!(told.len(), warnings, "{told:?}");
        tracing::subscriber::with_default(logger.subscriber(), || {
            tracing::warn!("hidden");
            tracing::error!("shown");
        });
        assert_eq!(sink.lines().len(), 1, "{value}");
    }
}

#[test]
fn timestamp_is_rfc_3339_in_utc_with_milliseconds() {
    let captured = capture();
    tracing::info!("now");
    let line = captured.last();
    let text = line["timestamp"].as_str().unwrap();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z");
}

#[tokio::test]
async fn utilities_agree_on_the_cold_start() {
    let (one, other) = (ColdStart::own(Default::default()), ColdStart::own(Default::default()));
    // The inner utility's own flag would say that this is no cold start.
    other.take();
    let (captured, seen) = (capture(), Arc::new(Mutex::new(Vec::new())));
    let note = |who: &'static str| {
        let seen = seen.clone();
        move |event: LambdaInvocation| {
            let current = Invocation::current().expect("a layer has opened it");
            seen.lock().unwrap().push((who, current.is_cold_start()));
            tracing::info!("served {}", event.context.request_id);
            std::future::ready(Ok::<_, Infallible>(()))
        }
    };
    let inner = InvocationLayer::new().cold_start(other).layer(tower::service_fn(note("inner")));
    let mut service = InvocationLayer::new().cold_start(one).layer(inner);
    for request_id in ["r-1", "r-2"] {
        service.call(raw(request_id)).await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), [("inner", true), ("inner", false)]);
    let cold: Vec<Value> =
        captured.values().iter().map(|line| line["cold_start"].clone()).collect();
    assert_eq!(cold, [true, false]);
}

fn raw(request_id: &str) -> LambdaInvocation {
    let (parts, ()) = http::Response::new(()).into_parts();
    let mut context = lambda_runtime::Context::default();
    context.request_id = request_id.to_owned();
    LambdaInvocation { parts, body: "{}".into(), context }
}

#[test]
fn one_directive_silences_a_dependency() {
    let levels: Levels = "debug,hyper=warn".parse().unwrap();
    let captured = Captured::with(|logger| logger.levels(levels));
    tracing::debug!(target: "hyper::proto::h1", "flushed 64 bytes");
    tracing::warn!(target: "hyper::proto::h1", "connection lost");
    tracing::debug!("mine");
    assert_eq!(messages(&captured), ["connection lost", "mine"]);
}

#[tokio::test]
async fn lines_of_libraries_and_spawned_tasks_have_the_keys_of_the_invocation() {
    let captured = capture();
    // As `Logger::init` does for the whole process; the first test to come installs it.
    let _ = tracing_log::LogTracer::init();
    let work = async {
        append_key("order_id", 17);
        log::info!(target: "some_library", "by the log crate");
        tracing::info!(target: "other_library", "by tracing");
        let task = async { tracing::info!("in a task") }.in_current_span();
        tokio::spawn(task.with_current_subscriber()).await.unwrap();
        let dispatch = captured.dispatch().clone();
        let span = tracing::Span::current();
        let thread = std::thread::spawn(move || {
            tracing::dispatcher::with_default(&dispatch, || {
                span.in_scope(|| tracing::info!("in a thread"));
            });
        });
        thread.join().unwrap();
    };
    invocation("r-1").scope(work).await;
    assert_eq!(messages(&captured), ["by the log crate", "by tracing", "in a task", "in a thread"]);
    for line in captured.values() {
        assert_eq!(
            (&line["function_request_id"], &line["order_id"]),
            (&json!("r-1"), &json!(17)),
            "{line}"
        );
    }
    let places: HashSet<String> = captured
        .values()
        .iter()
        .map(|line| line["location"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(places.len(), 4, "{places:?}");
}
