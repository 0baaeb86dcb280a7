//! Collectors that are away.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::SpanData;
use powertools_tracer::{Environment, OtelExporterBuilder};

use super::{SAMPLED, Setup, UNSAMPLED};

const FLUSH_TIMEOUT: Duration = Duration::from_millis(500);

/// Much longer than a busy machine needs to end a span.
const LONG: Duration = Duration::from_secs(300);

/// How long the exporter itself tries; many invocations that wait for it could not be mistaken for one.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);

/// So many that a busy machine does not need as long as waiting for each of them would take.
const INVOCATIONS: u32 = 100;

fn exporter(address: SocketAddr) -> SpanExporter {
    let builder = SpanExporter::builder().with_http().with_timeout(EXPORT_TIMEOUT);
    builder.with_endpoint(format!("http://{address}/v1/traces")).build().unwrap()
}

fn setup(address: SocketAddr) -> Setup {
    Setup::with(exporter(address), |otel| otel.flush_timeout(FLUSH_TIMEOUT), |tracer| tracer)
}

/// Runs a number of invocations; returns how long all took.
async fn run(setup: &Setup, header: &str) -> Duration {
    let started = Instant::now();
    for _ in 0..INVOCATIONS {
        setup.invoke(header, async { tracing::info_span!("work").in_scope(|| ()) }).await;
    }
    started.elapsed()
}

#[tokio::test]
async fn silent_collector_costs_the_timeout_once() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = setup(silent.local_addr().unwrap());
    let took = run(&setup, SAMPLED).await;
    assert!(took >= FLUSH_TIMEOUT, "the first was not waited for: {took:?}");
    assert!(took < FLUSH_TIMEOUT * INVOCATIONS, "each was waited for: {took:?}");
    let errors = setup.errors();
    assert!(errors.len() == 1 && errors[0].contains("took longer than 500ms"), "{errors:?}");
}

#[tokio::test]
async fn closed_port_costs_the_timeout_once() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let setup = setup(port);
    let took = run(&setup, SAMPLED).await;
    assert!(took < FLUSH_TIMEOUT * INVOCATIONS, "each was waited for: {took:?}");
    assert!(!setup.errors().is_empty());
}

#[tokio::test]
async fn invocation_without_spans_does_not_wait() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let setup = setup(silent.local_addr().unwrap());
    run(&setup, UNSAMPLED).await;
    assert_eq!(setup.errors(), Vec::<String>::new());
}

#[tokio::test]
async fn concurrent_invocations_do_not_wait() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let environment = Environment::of([("AWS_LAMBDA_MAX_CONCURRENCY", "8")]);
    let configure =
        |otel: OtelExporterBuilder<_>| otel.flush_timeout(EXPORT_TIMEOUT).environment(environment);
    let address = silent.local_addr().unwrap();
    let setup = Setup::with(exporter(address), configure, |tracer| tracer);
    let took = run(&setup, SAMPLED).await;
    assert!(took < EXPORT_TIMEOUT / 2, "{took:?}");
    assert_eq!(setup.errors(), Vec::<String>::new());
    // Its end would be that of the export.
    std::mem::forget(setup);
}

/// Works once and never comes back after that.
#[derive(Debug, Default)]
struct Once(AtomicBool);

impl opentelemetry_sdk::trace::SpanExporter for Once {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        if self.0.swap(true, Ordering::Relaxed) {
            thread::sleep(LONG);
        }
        Ok(())
    }
}

#[tokio::test]
async fn late_span_does_not_delay_invocations() {
    let patient = |otel: OtelExporterBuilder<_>| otel.flush_timeout(LONG);
    let setup = Setup::with(Once::default(), patient, |tracer| tracer);
    let span = setup.invoke(SAMPLED, async { tracing::info_span!("late") }).await;
    let started = Instant::now();
    tracing::dispatcher::with_default(&setup.dispatch, || drop(span));
    assert!(started.elapsed() < LONG / 2, "{:?}", started.elapsed());
    // Its end would be that of the export.
    std::mem::forget(setup);
}
