//! OTLP through the port of the X-Ray daemon, read with OpenTelemetry's own types.

use std::net::UdpSocket;
use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use opentelemetry::trace::{Tracer as _, TracerProvider};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::{Span, status::StatusCode};
use opentelemetry_sdk::trace::SdkTracerProvider;
use powertools_core::testing::enable_all_callsites;
use powertools_tracer::{Environment, Invocation, OtlpUdpExporter, Tracer};
use prost::Message;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::{PARENT, SAMPLED, TRACE_ID};

const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// Where the daemon would be.
struct Daemon(UdpSocket);

impl Daemon {
    fn start() -> (Self, String) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let address = socket.local_addr().unwrap().to_string();
        (Self(socket), address)
    }

    /// Receives one datagram: its prefix and what it holds.
    fn receive(&self) -> (String, ExportTraceServiceRequest) {
        let mut datagram = vec![0; 65_536];
        let size = self.0.recv(&mut datagram).unwrap();
        let text = std::str::from_utf8(&datagram[..size]).unwrap();
        let (prefix, payload) = text.strip_prefix(HEADER).unwrap().split_at(3);
        let payload = BASE64_STANDARD.decode(payload).unwrap();
        (prefix.to_owned(), ExportTraceServiceRequest::decode(&payload[..]).unwrap())
    }
}

fn spans(request: &ExportTraceServiceRequest) -> Vec<Span> {
    let scopes = request.resource_spans.iter().flat_map(|it| &it.scope_spans);
    scopes.flat_map(|it| it.spans.clone()).collect()
}

fn text<'a>(span: &'a Span, key: &str) -> &'a str {
    let found = span.attributes.iter().find(|it| it.key == key).unwrap();
    match found.value.as_ref().unwrap().value.as_ref().unwrap() {
        Value::StringValue(text) => text,
        other => panic!("{key} is {other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Traces `work` as an invocation.
fn trace(tracer: &Tracer, work: impl FnOnce()) {
    enable_all_callsites();
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
    tracing::dispatcher::with_default(&dispatch, || {
        let invocation = Invocation::builder("r-1").trace_header(SAMPLED).build();
        tracer.open(&invocation);
        invocation.in_scope(work);
        tracer.close(&invocation);
    });
}

#[test]
fn environment_selects_otlp_udp_and_the_datagram_has_all_spans() {
    let (daemon, address) = Daemon::start();
    let environment = Environment::of([
        ("POWERTOOLS_TRACER_EXPORTER", "otlp-udp"),
        ("AWS_XRAY_DAEMON_ADDRESS", &*address),
        ("POWERTOOLS_SERVICE_NAME", "shop"),
    ]);
    let (tracer, warnings) = Tracer::builder().environment(environment).build_with_warnings();
    assert_eq!(warnings, []);
    trace(&tracer, || {
        let _outer = tracing::info_span!("outer", sku = "tea").entered();
        powertools_tracer::annotation("Express", "yes");
        powertools_tracer::metadata("order", serde_json::json!({"id": 17}));
        tracing::info_span!("inner").in_scope(|| tracing::error!("out of tea"));
    });
    let (prefix, request) = daemon.receive();
    assert_eq!(prefix, "T1S");
    let resource = request.resource_spans[0].resource.clone().unwrap();
    let service = resource.attributes.iter().find(|it| it.key == "service.name").unwrap();
    assert_eq!(service.value.clone().unwrap().value, Some(Value::StringValue("shop".into())));
    let spans = spans(&request);
    let [outer, inner] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((&*outer.name, &*inner.name), ("outer", "inner"));
    assert_eq!(
        (hex(&outer.trace_id), hex(&outer.parent_span_id)),
        (TRACE_ID.into(), PARENT.into())
    );
    assert_eq!(inner.parent_span_id, outer.span_id);
    assert_eq!((outer.flags & 0x300, inner.flags & 0x300), (0x300, 0x100), "who is remote");
    assert_eq!((text(outer, "sku"), text(outer, "Express")), ("tea", "yes"));
    assert_eq!(text(outer, "aws.xray.metadata.shop"), r#"{"order":{"id":17}}"#);
    let status = inner.status.as_ref().unwrap();
    assert_eq!((status.code(), &*status.message), (StatusCode::Error, "out of tea"));
    assert_eq!(inner.events[0].name, "exception");
}

#[test]
fn large_invocation_is_split_into_datagrams_without_loss() {
    let (daemon, address) = Daemon::start();
    let exporter = OtlpUdpExporter::to_daemon(address).max_datagram_size(4_096);
    let nothing = Environment::empty();
    let tracer = Tracer::builder().environment(nothing).exporter(exporter).build();
    trace(&tracer, || {
        for number in 0..200 {
            tracing::info_span!("step", otel.name = format!("step {number}")).in_scope(|| ());
        }
    });
    let (mut names, mut datagrams) = (Vec::new(), 0);
    while names.len() < 200 {
        names.extend(spans(&daemon.receive().1).into_iter().map(|span| span.name));
        datagrams += 1;
    }
    let expected: Vec<_> = (0..200).map(|number| format!("step {number}")).collect();
    assert_eq!(names, expected);
    assert!(datagrams > 5, "{datagrams}");
}

#[test]
fn otlp_udp_is_an_exporter_of_the_sdk() {
    let (daemon, address) = Daemon::start();
    let exporter = OtlpUdpExporter::to_daemon(address);
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
    provider.tracer("mine").in_span("call", |_| ());
    let (prefix, request) = daemon.receive();
    assert_eq!((prefix.as_str(), spans(&request)[0].name.as_str()), ("T1S", "call"));
    assert_eq!(request.resource_spans[0].scope_spans[0].scope.clone().unwrap().name, "mine");
}
