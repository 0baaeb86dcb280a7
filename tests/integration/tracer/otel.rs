//! Promises about OpenTelemetry: its exporters, its context, its format.

mod coexistence;
mod collectors;
mod contexts;
mod datagrams;
mod exporters;
mod propagators;
mod rotel;

mod runtime;

use std::collections::BTreeMap;
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData, SpanExporter};
use powertools_core::testing::enable_all_callsites;
use powertools_tracer::{
    Batch, Environment, ExportError, Exporter, Invocation, OtelExporter, OtelExporterBuilder,
    Tracer, TracerBuilder,
};
use tracing::{Dispatch, instrument::WithSubscriber};
use tracing_subscriber::layer::SubscriberExt;

const SAMPLED: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;\
    Lineage=25:a87bd80c:1";
const UNSAMPLED: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
const TRACE_ID: &str = "5759e988bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

/// A tracer, its subscriber, and OpenTelemetry's API on the same way out.
struct Setup {
    tracer: Tracer,
    dispatch: Dispatch,
    api: SdkTracerProvider,
    errors: Arc<Mutex<Vec<String>>>,
}

impl Setup {
    fn with<E: SpanExporter + 'static>(
        exporter: E,
        configure: impl FnOnce(OtelExporterBuilder<E>) -> OtelExporterBuilder<E>,
        configure_tracer: impl FnOnce(TracerBuilder) -> TracerBuilder,
    ) -> Self {
        enable_all_callsites();
        let nothing = Environment::empty();
        let otel = OtelExporter::builder(exporter).environment(nothing.clone());
        let otel = configure(otel).build();
        let (api, errors) = (otel.tracer_provider(), Arc::default());
        let noting = Noting { inner: otel, errors: Arc::clone(&errors) };
        let builder = Tracer::builder().environment(nothing).exporter(noting);
        let tracer = configure_tracer(builder).build();
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
        Self { tracer, dispatch, api, errors }
    }

    fn in_memory() -> (Self, InMemorySpanExporter) {
        let memory = InMemorySpanExporter::default();
        let patient = |otel: OtelExporterBuilder<_>| otel.flush_timeout(super::PATIENCE);
        (Self::with(memory.clone(), patient, |tracer| tracer), memory)
    }

    /// Runs `future` as an invocation of its own.
    async fn invoke<F: Future>(&self, header: &str, future: F) -> F::Output {
        let invocation = Invocation::builder("r-1").trace_header(header).build();
        let course = async {
            self.tracer.open(&invocation);
            let output = invocation.scope(future).await;
            self.tracer.close(&invocation);
            output
        };
        course.with_subscriber(self.dispatch.clone()).await
    }

    fn errors(&self) -> Vec<String> {
        self.errors.lock().unwrap().clone()
    }
}

/// Notes what the tracer is told of problems.
struct Noting {
    inner: OtelExporter,
    errors: Arc<Mutex<Vec<String>>>,
}

impl Exporter for Noting {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        let result = self.inner.export(batch);
        if let Err(error) = &result {
            self.errors.lock().unwrap().push(error.to_string());
        }
        result
    }

    fn prepare(&self, service: &str) {
        self.inner.prepare(service);
    }

    fn attaches_contexts(&self) -> bool {
        self.inner.attaches_contexts()
    }
}

/// The spans by their names, each of which there is once.
fn named(memory: &InMemorySpanExporter) -> BTreeMap<String, SpanData> {
    let spans = memory.get_finished_spans().unwrap();
    let count = spans.len();
    let named: BTreeMap<_, _> =
        spans.into_iter().map(|span| (span.name.to_string(), span)).collect();
    assert_eq!(named.len(), count, "names were given twice");
    named
}

fn id(span: &SpanData) -> SpanId {
    span.span_context.span_id()
}

fn trace_id() -> TraceId {
    TraceId::from_hex(TRACE_ID).unwrap()
}

fn parent_id() -> SpanId {
    SpanId::from_hex(PARENT).unwrap()
}

/// Answers one request over HTTP and returns its body.
fn collector() -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line).unwrap() > 2 {
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        body
    };
    (address, thread::spawn(answer))
}
