//! Exporters of OpenTelemetry, as a function would use them.

use std::net::UdpSocket;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Status, Tracer as _, TracerProvider};
use opentelemetry::{Array, Value as OtelValue};
use opentelemetry_aws::xray_exporter::{XrayExporter, daemon_client::XrayDaemonClient};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData, SpanExporter};
use powertools_logger::{Logger, MemorySink};
use powertools_tracer::{Environment, OtelExporterBuilder};
use prost::Message;
use serde_json::{Value, json};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::super::PATIENCE;
use super::{PARENT, SAMPLED, Setup, collector, id, named, parent_id};

fn patient<E: SpanExporter + 'static>(otel: OtelExporterBuilder<E>) -> OtelExporterBuilder<E> {
    otel.flush_timeout(PATIENCE)
}

async fn work(setup: &Setup) {
    work_as(setup, SAMPLED).await;
}

async fn work_as(setup: &Setup, header: &str) {
    let work = async {
        let _outer = tracing::info_span!("outer", sku = "tea").entered();
        setup.api.tracer("test").in_span("call", |_| ());
    };
    setup.invoke(header, work).await;
}

#[tokio::test]
async fn otlp_http_sends_both_kinds_of_spans_in_one_request() {
    let (address, body) = collector();
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http();
    let exporter = exporter.with_endpoint(format!("http://{address}/v1/traces")).build().unwrap();
    let setup = Setup::with(exporter, patient, |tracer| tracer.service("shop"));
    work(&setup).await;
    assert_eq!(setup.errors(), Vec::<String>::new());
    let request = ExportTraceServiceRequest::decode(&body.join().unwrap()[..]).unwrap();
    let [sent] = &request.resource_spans[..] else { panic!("{request:?}") };
    let attributes = &sent.resource.as_ref().unwrap().attributes;
    let service = attributes.iter().find(|it| it.key == "service.name").unwrap();
    assert_eq!(service.value, Some(text("shop")), "{attributes:?}");
    let spans: Vec<&Span> = sent.scope_spans.iter().flat_map(|it| &it.spans).collect();
    let span = |name: &str| *spans.iter().find(|span| span.name == name).unwrap();
    assert_eq!(span("call").parent_span_id, span("outer").span_id);
    assert_eq!(span("call").trace_id, span("outer").trace_id);
}

fn text(text: &str) -> opentelemetry_proto::tonic::common::v1::AnyValue {
    let value = opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue(text.into());
    opentelemetry_proto::tonic::common::v1::AnyValue { value: Some(value) }
}

#[tokio::test]
async fn aws_xray_exporter_sends_both_kinds_of_spans() {
    let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
    daemon.set_read_timeout(Some(PATIENCE)).unwrap();
    let client = XrayDaemonClient::new(daemon.local_addr().unwrap()).unwrap();
    let setup = Setup::with(XrayExporter::new(client), patient, |tracer| tracer);
    // It refuses traces that are older than X-Ray keeps them.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let trace_id = format!("1-{now:08x}-bd862e3fe1be46a994272793");
    work_as(&setup, &format!("Root={trace_id};Parent={PARENT};Sampled=1")).await;
    assert_eq!(setup.errors(), Vec::<String>::new());
    let mut documents: Vec<Value> = (0..2).map(|_| receive(&daemon)).collect();
    documents.sort_by_key(|document| document["name"] == "call");
    for document in &documents {
        assert_eq!(
            (&document["type"], &document["trace_id"]),
            (&json!("subsegment"), &json!(trace_id))
        );
    }
    assert_eq!(
        (&documents[0]["name"], &documents[0]["parent_id"]),
        (&json!("outer"), &json!(PARENT))
    );
    assert_eq!(documents[1]["parent_id"], documents[0]["id"]);
}

/// Receives a document behind the header line.
fn receive(daemon: &UdpSocket) -> Value {
    let mut datagram = vec![0; 65_536];
    let size = daemon.recv(&mut datagram).unwrap();
    let text = std::str::from_utf8(&datagram[..size]).unwrap();
    serde_json::from_str(text.split_once('\n').unwrap().1).unwrap()
}

#[tokio::test]
async fn stdout_exporter_of_opentelemetry_works() {
    let exporter = opentelemetry_stdout::SpanExporter::default();
    let setup = Setup::with(exporter, patient, |tracer| tracer);
    work(&setup).await;
    assert_eq!(setup.errors(), Vec::<String>::new());
}

/// Does while it exports what an instrumented HTTP client would do.
#[derive(Clone, Debug)]
struct Chatty {
    inner: InMemorySpanExporter,
    around: Arc<OnceLock<(Dispatch, SdkTracerProvider)>>,
}

impl SpanExporter for Chatty {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let (dispatch, api) = self.around.get().unwrap();
        tracing::dispatcher::with_default(dispatch, || {
            let _span = tracing::info_span!("exporting").entered();
            tracing::error!("exporting");
            api.tracer("test").in_span("request", |_| ());
        });
        self.inner.export(batch).await
    }
}

#[tokio::test]
async fn exporter_that_logs_and_traces_does_not_recurse() {
    let inner = InMemorySpanExporter::default();
    let chatty = Chatty { inner: inner.clone(), around: Arc::default() };
    let mut setup = Setup::with(chatty.clone(), patient, |tracer| tracer);
    let lines = MemorySink::new();
    let nothing = Environment::empty();
    let logger = Logger::builder().environment(nothing).sink(lines.clone()).build();
    let registry = tracing_subscriber::registry().with(setup.tracer.layer()).with(logger.layer());
    setup.dispatch = Dispatch::new(registry);
    chatty.around.set((setup.dispatch.clone(), setup.api.clone())).unwrap();
    for _ in 0..3 {
        work(&setup).await;
    }
    setup.api.force_flush().unwrap();
    assert_eq!(setup.errors(), Vec::<String>::new());
    let names: Vec<_> =
        inner.get_finished_spans().unwrap().into_iter().map(|span| span.name).collect();
    assert_eq!(names.len(), 6, "{names:?}");
    assert!(lines.lines().iter().any(|line| line.contains("exporting")));
}

#[tokio::test]
async fn span_has_its_attributes_events_and_links() {
    let (setup, memory) = Setup::in_memory();
    let work = async {
        let span =
            tracing::info_span!("work", text = "tea", n = 1_u64, huge = u64::MAX, list = ?[1]);
        let _span = span.entered();
        powertools_tracer::annotation("text", "annotated");
        powertools_tracer::annotation("Express", true);
        powertools_tracer::metadata("order", json!({"id": 17}));
        powertools_tracer::metadata_in("billing", "net", 4.5);
        powertools_tracer::link(
            "Root=1-5759e988-00000000000000000000000a;Parent=000000000000000b;Sampled=1",
        );
        powertools_tracer::link("Root=1-5759e988-00000000000000000000000a");
    };
    setup.invoke(SAMPLED, work).await;
    let span = &named(&memory)["work"];
    let value = |key: &str| {
        let found: Vec<_> = span.attributes.iter().filter(|it| it.key.as_str() == key).collect();
        assert_eq!(found.len(), 1, "{key} in {:?}", span.attributes);
        found[0].value.clone()
    };
    assert_eq!(
        (value("text"), value("n"), value("list")),
        ("annotated".into(), 1.into(), "[1]".into())
    );
    assert_eq!((value("huge"), value("Express")), (u64::MAX.to_string().into(), true.into()));
    let annotations = vec!["text".into(), "Express".into()];
    assert_eq!(value("aws.xray.annotations"), OtelValue::Array(Array::String(annotations)));
    let service = value("aws.xray.metadata.service_undefined");
    assert_eq!(service, r#"{"order":{"id":17}}"#.into());
    assert_eq!(value("aws.xray.metadata.billing"), r#"{"net":4.5}"#.into());
    assert_eq!((span.parent_span_id, span.parent_span_is_remote), (parent_id(), true));
    assert_eq!(span.links.len(), 1, "a link without a span leads nowhere");
    assert_eq!(span.links[0].span_context.span_id().to_string(), "000000000000000b");
    assert_eq!(span.instrumentation_scope.name(), "powertools-tracer");
}

#[tokio::test]
async fn http_status_is_an_error_for_the_responsible_side() {
    let (setup, memory) = Setup::in_memory();
    let request = |kind: &str, status: u16| {
        let span = tracing::info_span!(
            "request",
            otel.name = format!("{kind} {status}"),
            otel.kind = kind,
            http.response.status_code = status
        );
        drop(span);
    };
    let sides = ["client", "server", "internal"];
    let work = async {
        for side in sides {
            [200, 399, 400, 499, 500].iter().for_each(|status| request(side, *status));
        }
        tracing::info_span!("annotated", otel.kind = "client")
            .in_scope(|| powertools_tracer::annotation("http.response.status_code", 503));
    };
    setup.invoke(SAMPLED, work).await;
    let spans = named(&memory);
    let failed = spans.values().filter(|span| span.status != Status::Unset);
    let failed = failed.map(|span| (&*span.name, span.status.clone()));
    let expected = ["annotated", "client 400", "client 499", "client 500", "server 500"];
    assert_eq!(failed.collect::<Vec<_>>(), expected.map(|name| (name, Status::error(""))));
    assert_eq!(spans.len(), 16);
}

#[tokio::test]
async fn unfinished_span_is_marked_and_sent_again() {
    let (setup, memory) = Setup::in_memory();
    let span = setup.invoke(SAMPLED, async { tracing::info_span!("late") }).await;
    tracing::dispatcher::with_default(&setup.dispatch, || drop(span));
    setup.api.force_flush().unwrap();
    let spans = memory.get_finished_spans().unwrap();
    let unfinished = |span: &SpanData| {
        span.attributes
            .iter()
            .any(|it| it.key.as_str() == "aws.xray.inprogress" && it.value == true.into())
    };
    let [first, second] = &spans[..] else { panic!("{spans:?}") };
    assert_eq!((unfinished(first), unfinished(second)), (true, false));
    assert_eq!(id(first), id(second));
    assert!(first.end_time >= first.start_time);
}

#[tokio::test]
async fn api_spans_are_exported_without_tracing_spans() {
    let (setup, memory) = Setup::in_memory();
    setup.invoke(SAMPLED, async { setup.api.tracer("test").in_span("call", |_| ()) }).await;
    assert_eq!(named(&memory)["call"].parent_span_id, parent_id());
}

/// Keeps the resource.
#[derive(Clone, Debug, Default)]
struct ResourceKeeper(Arc<OnceLock<Resource>>);

impl SpanExporter for ResourceKeeper {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set(resource.clone()).unwrap();
    }
}

#[test]
fn resource_is_that_of_the_function() {
    let variables = [
        ("AWS_LAMBDA_FUNCTION_NAME", Some("orders")),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Some("128")),
        ("AWS_REGION", Some("eu-west-1")),
        ("OTEL_SERVICE_NAME", None),
        ("OTEL_RESOURCE_ATTRIBUTES", Some("team=tea")),
    ];
    for (service, expected) in [(Some("shop"), "shop"), (None, "orders")] {
        let kept = ResourceKeeper::default();
        let setup = Setup::with(kept.clone(), patient, |tracer| match service {
            Some(service) => tracer.service(service),
            None => tracer,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        temp_env::with_vars(variables, || runtime.block_on(work(&setup)));
        let resource = kept.0.get().unwrap();
        for (key, value) in [
            ("service.name", OtelValue::from(expected)),
            ("faas.name", "orders".into()),
            ("faas.max_memory", (128 * 1024 * 1024).into()),
            ("cloud.region", "eu-west-1".into()),
            ("cloud.platform", "aws_lambda".into()),
            ("team", "tea".into()),
        ] {
            assert_eq!(resource.get(&key.into()), Some(value), "{key}");
        }
    }
}
