//! OpenTelemetry on the real Runtime API, with several invocations at once.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use opentelemetry::trace::{Tracer as _, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use powertools_core::testing::enable_all_callsites;
use powertools_local::Local;
use powertools_tracer::{ColdStart, Environment, InitializationType, OtelExporter, Tracer};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tower_layer::Layer;
use tracing_subscriber::layer::SubscriberExt;

use super::super::PATIENCE;
use super::{id, parent_id};

const TOGETHER: usize = 4;

#[tracing::instrument(skip_all)]
async fn step(api: SdkTracerProvider, number: u32) {
    tokio::task::yield_now().await;
    api.tracer("test").in_span(format!("call {number}"), |_| ());
}

/// Serves a handler that calls OpenTelemetry's API inside and after a span of its own.
fn serve(local: &Local, tracer: &Tracer, api: &SdkTracerProvider) {
    let (barrier, api) = (Arc::new(Barrier::new(TOGETHER)), api.clone());
    let handler = move |event: LambdaEvent<u32>| {
        let (barrier, api) = (Arc::clone(&barrier), api.clone());
        async move {
            barrier.wait().await;
            step(api.clone(), event.payload).await;
            barrier.wait().await;
            api.tracer("test").in_span(format!("end {}", event.payload), |_| ());
            Ok::<_, Error>(())
        }
    };
    let handler = tracer.handler_layer().layer(service_fn(handler));
    let outer = tracer.runtime_layer();
    local.serve_concurrent(|| Runtime::new(handler).layer(outer)).unwrap();
}

/// The trace header of an invocation, of which the odd ones are sampled.
fn header(number: u32) -> String {
    let sampled = number % 2;
    format!("Root=1-5759e988-{number:024x};Parent=53995c3f42cd8ad8;Sampled={sampled}")
}

#[tokio::test]
async fn concurrent_invocations_have_separate_traces() {
    enable_all_callsites();
    let local = Local::builder("orders").concurrency(u32::try_from(TOGETHER).unwrap());
    let local = local.timeout(PATIENCE).start().await.unwrap();
    let memory = InMemorySpanExporter::default();
    let environment = Environment::of([("AWS_LAMBDA_MAX_CONCURRENCY", "4")]);
    let otel = OtelExporter::builder(memory.clone()).environment(environment.clone()).build();
    let api = otel.tracer_provider();
    let tracer = Tracer::builder()
        .environment(environment)
        .cold_start(ColdStart::own(InitializationType::OnDemand))
        .exporter(otel)
        .build();
    let registry = tracing_subscriber::registry().with(tracer.layer());
    let _default = tracing::subscriber::set_default(registry);
    serve(&local, &tracer, &api);
    let mut all = JoinSet::new();
    for number in 0..8 {
        let invocation = local.invocation(&number).trace_header(header(number));
        all.spawn(async move { invocation.send().await.unwrap().function_error });
    }
    assert!(all.join_all().await.iter().all(Option::is_none));
    api.force_flush().unwrap();
    let spans = memory.get_finished_spans().unwrap();
    let find = |number: u32, name: &str| {
        let trace = format!("5759e988{number:024x}");
        let found = spans.iter().filter(|span| span.name == name);
        let found: Vec<_> =
            found.filter(|span| span.span_context.trace_id().to_string() == trace).collect();
        let [span] = found[..] else { panic!("{name} of {number}: {found:?}") };
        (id(span), span.parent_span_id)
    };
    for number in [1, 3, 5, 7] {
        let (handler, step) = (find(number, "handler"), find(number, "step"));
        assert_eq!((handler.1, step.1), (parent_id(), handler.0));
        assert_eq!(find(number, &format!("call {number}")).1, step.0);
        assert_eq!(find(number, &format!("end {number}")).1, handler.0);
    }
    assert_eq!(spans.len(), 4 * 4, "what is not sampled is not handed on");
}
