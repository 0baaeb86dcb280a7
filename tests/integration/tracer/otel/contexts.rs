//! OpenTelemetry's current context follows our spans.

use std::collections::HashMap;

use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span, SpanContext, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{KeyValue, trace::TraceFlags};
use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use powertools_tracer::testing::capture;
use tokio::task::yield_now;
use tracing::instrument::{Instrument, WithSubscriber};

use super::{SAMPLED, Setup, UNSAMPLED, id, named, parent_id, trace_id};

fn current() -> SpanContext {
    Context::current().span().span_context().clone()
}

/// Makes a span with OpenTelemetry's API and ends it.
fn call(api: &SdkTracerProvider, name: &str) -> SpanContext {
    let mut span = api.tracer("test").start(name.to_owned());
    span.end();
    span.span_context().clone()
}

#[tokio::test]
async fn api_spans_are_children_of_the_entered_span() {
    let (setup, memory) = Setup::in_memory();
    let work = async {
        call(&setup.api, "outside");
        tracing::info_span!("outer").in_scope(|| {
            call(&setup.api, "in outer");
            tracing::info_span!("inner").in_scope(|| call(&setup.api, "in inner"));
            call(&setup.api, "in outer again");
        });
        call(&setup.api, "outside again");
    };
    setup.invoke(SAMPLED, work).await;
    let spans = named(&memory);
    for (name, parent) in [
        ("outside", parent_id()),
        ("in outer", id(&spans["outer"])),
        ("in inner", id(&spans["inner"])),
        ("in outer again", id(&spans["outer"])),
        ("outside again", parent_id()),
    ] {
        assert_eq!(spans[name].parent_span_id, parent, "{name}");
        assert_eq!(spans[name].span_context.trace_id(), trace_id(), "{name}");
    }
    assert!(!current().is_valid(), "something stayed attached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_invocations_keep_their_contexts_apart() {
    #[tracing::instrument(skip_all, name = "step", fields(otel.name = format!("step {who} {number}")))]
    async fn step(api: &SdkTracerProvider, who: &str, number: usize) {
        call(api, &format!("before {who} {number}"));
        yield_now().await;
        call(api, &format!("after {who} {number}"));
    }
    async fn steps(api: SdkTracerProvider, who: &'static str) {
        let tasks = (0..50).map(|number| {
            let api = api.clone();
            let step = async move { step(&api, who, number).await };
            tokio::spawn(step.in_current_span().with_current_subscriber())
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
            yield_now().await;
        }
    }
    let (setup, memory) = Setup::in_memory();
    let other = "Root=1-00000001-000000000000000000000002;Parent=0000000000000003;Sampled=1";
    tokio::join!(
        setup.invoke(SAMPLED, steps(setup.api.clone(), "a")),
        setup.invoke(other, steps(setup.api.clone(), "b")),
    );
    let spans = named(&memory);
    assert_eq!(spans.len(), 2 * 50 * 3);
    for who in ["a", "b"] {
        let first = spans[&format!("step {who} 0")].span_context.trace_id();
        assert_eq!(first == trace_id(), who == "a");
        for number in 0..50 {
            let step = &spans[&format!("step {who} {number}")];
            for name in ["before", "after"] {
                let called = &spans[&format!("{name} {who} {number}")];
                assert_eq!(called.parent_span_id, id(step), "{name} {who} {number}");
                assert_eq!(called.span_context.trace_id(), first, "{name} {who} {number}");
            }
        }
    }
}

#[tokio::test]
async fn unsampled_invocation_starts_no_trace() {
    let (setup, memory) = Setup::in_memory();
    let work = async {
        for span in [tracing::Span::none(), tracing::info_span!("work")] {
            span.in_scope(|| {
                let context = call(&setup.api, "call");
                assert_eq!(context.trace_id(), trace_id());
                assert!(!context.is_sampled() && context.is_valid());
                assert_eq!((current().span_id(), current().is_remote()), (parent_id(), true));
            });
        }
        let elsewhere = async { current() }.instrument(tracing::info_span!("elsewhere"));
        let elsewhere = tokio::spawn(elsewhere.with_current_subscriber()).await.unwrap();
        assert_eq!((elsewhere.trace_id(), elsewhere.is_sampled()), (trace_id(), false));
    };
    setup.invoke(UNSAMPLED, work).await;
    setup.api.force_flush().unwrap();
    assert_eq!(memory.get_finished_spans().unwrap(), []);
}

#[tokio::test]
async fn api_starts_no_trace_outside_invocations() {
    let (setup, _) = Setup::in_memory();
    let context = tracing::dispatcher::with_default(&setup.dispatch, || {
        tracing::info_span!("work").in_scope(|| call(&setup.api, "call"))
    });
    assert!(!context.is_sampled());
}

#[tokio::test]
async fn spans_can_be_exited_in_any_order_and_entered_twice() {
    let (setup, memory) = Setup::in_memory();
    let work = async {
        let (a, b) = (tracing::info_span!("a"), tracing::info_span!("b"));
        let entered = (a.enter(), b.enter(), a.enter());
        call(&setup.api, "in a, b, a");
        drop(entered.0);
        call(&setup.api, "still in a");
        drop(entered.2);
        call(&setup.api, "in b");
        drop(entered.1);
        call(&setup.api, "in none");
    };
    setup.invoke(SAMPLED, work).await;
    let spans = named(&memory);
    let parent = |name: &str| spans[name].parent_span_id;
    assert_eq!(parent("in a, b, a"), id(&spans["a"]));
    assert_eq!(parent("in b"), id(&spans["b"]));
    assert_eq!(parent("in none"), parent_id());
    assert!(!current().is_valid(), "something stayed attached");
}

#[tokio::test]
async fn span_entered_on_another_thread_is_current_there() {
    let (setup, memory) = Setup::in_memory();
    let (api, dispatch) = (setup.api.clone(), setup.dispatch.clone());
    let work = async {
        let span = tracing::info_span!("work");
        let thread = std::thread::spawn(move || {
            let call = || {
                // Too verbose to be traced: on a thread of its own it is in the one around it.
                tracing::debug_span!(parent: &span, "detail").in_scope(|| call(&api, "detail"));
                span.in_scope(|| call(&api, "call"))
            };
            tracing::dispatcher::with_default(&dispatch, call);
            current()
        });
        assert!(!thread.join().unwrap().is_valid(), "something stayed attached");
    };
    setup.invoke(SAMPLED, work).await;
    let spans = named(&memory);
    assert_eq!(spans["call"].parent_span_id, id(&spans["work"]));
    assert_eq!(spans["detail"].parent_span_id, id(&spans["work"]));
}

#[tokio::test]
async fn baggage_and_api_span_stay_current_in_filtered_spans() {
    let (setup, _) = Setup::in_memory();
    let work = async {
        let baggage = [KeyValue::new("tenant", "blue")];
        let _baggage = Context::current_with_baggage(baggage).attach();
        let _work = tracing::info_span!("work").entered();
        let tenant = Context::current().baggage().get("tenant").map(ToString::to_string);
        assert_eq!(tenant.as_deref(), Some("blue"));
        let span = setup.api.tracer("test").start("call");
        let called = span.span_context().span_id();
        let _span = Context::current_with_span(span).attach();
        let _detail = tracing::debug_span!("detail").entered();
        assert_eq!(current().span_id(), called);
        let _step = tracing::info_span!("step").entered();
        assert_ne!(current().span_id(), called);
    };
    setup.invoke(SAMPLED, work).await;
}

#[tokio::test]
async fn xray_propagator_injects_the_entered_span() {
    let (setup, memory) = Setup::in_memory();
    let headers = async {
        let _work = tracing::info_span!("work").entered();
        let mut headers = HashMap::new();
        XrayPropagator::default().inject(&mut headers);
        let own = powertools_tracer::current_header().unwrap().to_string();
        (headers, own)
    };
    let (headers, own) = setup.invoke(SAMPLED, headers).await;
    assert_eq!(headers["x-amzn-trace-id"], own);
    assert!(own.ends_with(";Sampled=1;Lineage=25:a87bd80c:1"), "{own}");
    let extracted = XrayPropagator::default().extract(&headers);
    let work = &named(&memory)["work"];
    assert_eq!(extracted.span().span_context().span_id(), id(work));
    assert_eq!(extracted.span().span_context().trace_state(), work.span_context.trace_state());
}

#[tokio::test]
async fn xray_propagator_forwards_unsampled_and_undecided_headers() {
    let (setup, _) = Setup::in_memory();
    let undecided = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8";
    for (header, decision, flags) in [
        (UNSAMPLED, "Sampled=0", TraceFlags::default()),
        (undecided, "Sampled=?", TraceFlags::new(2)),
    ] {
        let headers = async {
            let mut headers = HashMap::new();
            XrayPropagator::default().inject(&mut headers);
            assert_eq!(current().trace_flags(), flags);
            headers
        };
        let headers = setup.invoke(header, headers).await;
        assert!(headers["x-amzn-trace-id"].contains(decision), "{headers:?}");
    }
}

#[tokio::test]
async fn other_exporters_leave_contexts_unchanged() {
    let captured = capture();
    let context = captured.invoke(async { tracing::info_span!("work").in_scope(current) }).await;
    assert!(!context.is_valid());
    assert_eq!(captured.spans().len(), 1);
}

#[tokio::test]
async fn disabled_tracer_leaves_contexts_unchanged() {
    let memory = opentelemetry_sdk::trace::InMemorySpanExporter::default();
    let setup = Setup::with(memory, |otel| otel, |tracer| tracer.disabled(true));
    let context = setup.invoke(SAMPLED, async { call(&setup.api, "call") }).await;
    assert!(!context.is_sampled());
}
