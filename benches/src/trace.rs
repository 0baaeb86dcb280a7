//! A span with three attributes, from its making to a finished X-Ray datagram in memory.

use std::{
    cell::RefCell,
    hint::black_box,
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider,
};
use opentelemetry_aws::xray_exporter::{SegmentDocument, SegmentDocumentExporter, XrayExporter};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};
use powertools_core::{Environment, Invocation};
use powertools_tracer::{DatagramSink, Tracer, XRayExporter};
use tracing::Dispatch;
use tracing_subscriber::{layer::SubscriberExt, registry::Registry};

use crate::{case::Case, competitors, competitors::Memory};

pub(crate) fn cases() -> Vec<Case> {
    let trace =
        |name, setup: fn() -> Dispatch, around, once| Case::new("trace", name, setup, around, once);
    let unsampled =
        |name, setup: fn() -> Dispatch, around| Case::new("unsampled", name, setup, around, span);
    vec![
        trace("trace/by-hand", competitors::nothing, alone, by_hand).floor(),
        trace("trace/powertools-xray", powertools, sampled, span_and_flush),
        trace("trace/opentelemetry-xray", opentelemetry_xray, in_remote_context, server_span),
        trace("trace/opentelemetry-nowhere", opentelemetry_nowhere, in_remote_context, span),
        unsampled("unsampled/bare-registry", competitors::bare_registry, in_bare_scope).floor(),
        unsampled("unsampled/powertools-tracer", powertools, not_sampled),
        unsampled("unsampled/tracing-opentelemetry", opentelemetry_nowhere, in_unsampled_context),
    ]
}

thread_local! {
    static TRACED: RefCell<Option<(Tracer, Invocation)>> = const { RefCell::new(None) };
}

impl DatagramSink for Memory {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        Self::append(datagram);
        Ok(())
    }
}

fn powertools() -> Dispatch {
    let environment = Environment::of([("POWERTOOLS_SERVICE_NAME", "checkout")]);
    let tracer = Tracer::builder().environment(environment).exporter(XRayExporter::new(Memory));
    // All runs of a case are one invocation.
    let tracer = tracer.max_spans(usize::MAX).build();
    let dispatch = Dispatch::new(Registry::default().with(tracer.layer()));
    let invocation = Invocation::builder("none").build();
    TRACED.set(Some((tracer, invocation)));
    dispatch
}

fn sampled(run: &mut dyn FnMut()) {
    in_invocation("1", run);
}

fn not_sampled(run: &mut dyn FnMut()) {
    in_invocation("0", run);
}

/// A span in a span, as it is in an invocation.
fn in_bare_scope(run: &mut dyn FnMut()) {
    Invocation::builder("6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e").build().in_scope(run);
}

fn in_invocation(sampled: &str, run: &mut dyn FnMut()) {
    let header = format!(
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={sampled}"
    );
    let invocation =
        Invocation::builder("6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e").trace_header(header).build();
    TRACED.with_borrow_mut(|traced| {
        if let Some((tracer, current)) = traced {
            tracer.open(&invocation);
            *current = invocation.clone();
        }
    });
    invocation.in_scope(run);
    TRACED.take();
}

fn span_and_flush() {
    span();
    TRACED.with_borrow(|traced| {
        if let Some((tracer, invocation)) = traced {
            tracer.flush(invocation);
        }
    });
}

fn span() {
    let span = tracing::info_span!("checkout", tenant = "t-1", shard = 7, region = "eu-west-1");
    let _entered = span.enter();
}

/// Without a kind, the rival drops a span whose parent is remote.
fn server_span() {
    let span = tracing::info_span!(
        "checkout",
        otel.kind = "server",
        tenant = "t-1",
        shard = 7,
        region = "eu-west-1"
    );
    let _entered = span.enter();
}

fn alone(run: &mut dyn FnMut()) {
    run();
}

fn in_remote_context(run: &mut dyn FnMut()) {
    in_context(TraceFlags::SAMPLED, run);
}

fn in_unsampled_context(run: &mut dyn FnMut()) {
    in_context(TraceFlags::default(), run);
}

fn in_context(flags: TraceFlags, run: &mut dyn FnMut()) {
    let trace = TraceId::from(recent_trace_id());
    let parent = SpanId::from(0x5399_5c3f_42cd_8ad8);
    let remote = SpanContext::new(trace, parent, flags, true, TraceState::default());
    let _attached = opentelemetry::Context::new().with_remote_span_context(remote).attach();
    run();
}

/// The exporter refuses a trace id whose time is not of the last 30 days.
fn recent_trace_id() -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    (u128::from(now) << 96) | 0xbd86_2e3f_e1be_46a9_9427_2793
}

fn opentelemetry_xray() -> Dispatch {
    opentelemetry(XrayExporter::new(DocumentsInMemory))
}

fn opentelemetry_nowhere() -> Dispatch {
    opentelemetry(SpansNowhere)
}

fn opentelemetry(exporter: impl SpanExporter + 'static) -> Dispatch {
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("checkout"));
    Dispatch::new(Registry::default().with(layer))
}

#[derive(Debug)]
struct DocumentsInMemory;

impl SegmentDocumentExporter for DocumentsInMemory {
    type Error = io::Error;

    async fn export_segment_documents(
        &self,
        batch: Vec<SegmentDocument<'_>>,
    ) -> Result<(), Self::Error> {
        for document in batch {
            let mut datagram = b"{\"format\":\"json\",\"version\":1}\n".to_vec();
            document.to_writer(&mut datagram);
            Memory::append(&datagram);
        }
        Ok(())
    }
}

#[derive(Debug)]
struct SpansNowhere;

impl SpanExporter for SpansNowhere {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

/// The same document, written without any library in between.
fn by_hand() {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = RefCell::default();
    }
    let start = SystemTime::now();
    let end = black_box(SystemTime::now());
    BUFFER.with_borrow_mut(|out| {
        out.clear();
        out.extend_from_slice(b"{\"format\":\"json\",\"version\":1}\n{\"trace_id\":\"");
        push_text(out, black_box("1-5759e988-bd862e3fe1be46a994272793"));
        out.extend_from_slice(b"\",\"type\":\"subsegment\",\"parent_id\":\"");
        push_hex(out, black_box(0x5399_5c3f_42cd_8ad8));
        out.extend_from_slice(b"\",\"id\":\"");
        push_hex(out, black_box(0x1399_5c3f_42cd_8ad8));
        out.extend_from_slice(b"\",\"name\":\"## powertools_benches::trace::");
        push_text(out, black_box("checkout"));
        out.extend_from_slice(b"\",\"start_time\":");
        push_time(out, start);
        out.extend_from_slice(b",\"end_time\":");
        push_time(out, end);
        out.extend_from_slice(b",\"metadata\":{\"");
        push_text(out, black_box("checkout"));
        out.extend_from_slice(b"\":{\"tenant\":\"");
        push_text(out, black_box("t-1"));
        out.extend_from_slice(b"\",\"shard\":");
        out.extend_from_slice(itoa::Buffer::new().format(black_box(7)).as_bytes());
        out.extend_from_slice(b",\"region\":\"");
        push_text(out, black_box("eu-west-1"));
        out.extend_from_slice(b"\"}}}");
        Memory::append(out);
    });
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
}

fn push_hex(out: &mut Vec<u8>, id: u64) {
    let digit = |nibble: u32| b"0123456789abcdef"[(id >> (4 * nibble) & 15) as usize];
    out.extend((0..16).rev().map(digit));
}

fn push_time(out: &mut Vec<u8>, time: SystemTime) {
    let micros = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    let mut text = itoa::Buffer::new();
    let digits = text.format(micros as u64).as_bytes();
    let (seconds, rest) = digits.split_at(digits.len().saturating_sub(6));
    out.extend_from_slice(seconds);
    out.push(b'.');
    out.extend_from_slice(rest);
}
