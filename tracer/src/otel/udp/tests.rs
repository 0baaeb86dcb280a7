use std::{
    borrow::Cow,
    io,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

use super::*;

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<Vec<u8>>>>);

impl DatagramSink for Memory {
    fn send(&self, datagram: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().push(datagram.to_owned());
        Ok(())
    }
}

impl Memory {
    /// What was sent: prefix and request of each datagram.
    fn requests(&self) -> Vec<(String, ExportTraceServiceRequest)> {
        let decode = |datagram: &Vec<u8>| {
            let text = str::from_utf8(datagram.strip_prefix(HEADER).unwrap()).unwrap();
            let (prefix, payload) = text.split_at(3);
            let payload = BASE64_STANDARD.decode(payload).unwrap();
            (prefix.to_owned(), ExportTraceServiceRequest::decode(&payload[..]).unwrap())
        };
        self.0.lock().unwrap().iter().map(decode).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests().into_iter().map(|(_, request)| request);
        let resources = requests.flat_map(|request| request.resource_spans);
        resources.flat_map(|it| it.scope_spans).flat_map(|it| it.spans).collect()
    }
}

fn span(id: u64, attribute: &str, flags: TraceFlags) -> SpanData {
    let id = SpanId::from_bytes(id.to_be_bytes());
    let context = SpanContext::new(
        TraceId::from_hex("5759e988bd862e3fe1be46a994272793").unwrap(),
        id,
        flags,
        false,
        TraceState::default(),
    );
    SpanData {
        span_context: context,
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: Cow::Borrowed("work"),
        start_time: SystemTime::now(),
        end_time: SystemTime::now(),
        attributes: vec![KeyValue::new("text", attribute.to_owned())],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::builder("test").build(),
    }
}

fn sampled(id: u64, attribute: &str) -> SpanData {
    span(id, attribute, TraceFlags::SAMPLED)
}

fn exporter(memory: &Memory) -> OtlpUdpExporter<Memory> {
    let resource = Resource::builder_empty().with_service_name("shop").build();
    OtlpUdpExporter::new(memory.clone()).max_datagram_size(2048).resource(&resource)
}

fn ids(spans: &[Span]) -> Vec<u64> {
    let id = |span: &Span| u64::from_be_bytes(span.span_id[..].try_into().unwrap());
    spans.iter().map(id).collect()
}

#[test]
fn more_spans_than_fit_go_into_several_datagrams_and_none_is_lost() {
    let memory = Memory::default();
    let spans = (1..=100).map(|id| sampled(id, &"x".repeat(100))).collect();
    exporter(&memory).send(spans, "").unwrap();
    assert_eq!(ids(&memory.spans()), (1..=100).collect::<Vec<_>>());
    let sizes: Vec<_> = memory.0.lock().unwrap().iter().map(Vec::len).collect();
    assert!(sizes.iter().all(|size| *size <= 2048), "{sizes:?}");
    assert!(sizes.iter().rev().skip(1).all(|size| *size > 1500), "hardly filled: {sizes:?}");
}

#[test]
fn spans_of_several_scopes_lie_under_theirs() {
    let memory = Memory::default();
    let mut other = sampled(2, "");
    other.instrumentation_scope = InstrumentationScope::builder("other").build();
    exporter(&memory).send(vec![sampled(1, ""), other, sampled(3, "")], "").unwrap();
    let (_, request) = memory.requests().remove(0);
    let scopes = request.resource_spans[0].scope_spans.iter();
    let named: Vec<_> = scopes.map(|it| (it.scope.clone().unwrap().name, ids(&it.spans))).collect();
    assert_eq!(named, [("test".to_owned(), vec![1, 3]), ("other".to_owned(), vec![2])]);
}

#[test]
fn a_span_that_is_too_large_is_cut_and_says_so() {
    let memory = Memory::default();
    let mut huge = sampled(1, &"ß".repeat(5_000));
    huge.attributes.push(KeyValue::new("short", "kept"));
    let mut boundless = sampled(2, "");
    boundless.attributes = (0..200).map(|n| KeyValue::new(format!("key-{n}"), "value")).collect();
    boundless.name = Cow::Owned("ß".repeat(5_000));
    exporter(&memory).send(vec![huge, boundless], "").unwrap();
    let spans = memory.spans();
    let text = |span: &Span, key: &str| {
        let found = span.attributes.iter().find(|attribute| attribute.key == key)?;
        match found.value.clone()?.value? {
            Value::StringValue(text) => Some(text),
            _ => None,
        }
    };
    assert_eq!(text(&spans[0], "text").unwrap(), "<cut: 10003 bytes>");
    assert_eq!(text(&spans[0], "short").unwrap(), "kept");
    assert_eq!((spans[1].attributes.len(), spans[1].dropped_attributes_count), (1, 200));
    assert!(spans[1].name.starts_with("ßß") && spans[1].name.ends_with("<cut: 10000 bytes>"));
    for span in &spans {
        assert!(text(span, "powertools.cut").is_some(), "{span:?}");
    }
}

#[test]
fn a_resource_that_leaves_no_room_keeps_the_service() {
    let memory = Memory::default();
    let resource = Resource::builder_empty()
        .with_service_name("shop")
        .with_attribute(KeyValue::new("huge", "x".repeat(5_000)))
        .build();
    let exporter = OtlpUdpExporter::new(memory.clone()).max_datagram_size(2048).resource(&resource);
    exporter.send(vec![sampled(1, "")], "").unwrap();
    let (_, request) = memory.requests().remove(0);
    let resource = request.resource_spans[0].resource.clone().unwrap();
    assert_eq!(
        (&*resource.attributes[0].key, resource.dropped_attributes_count),
        ("service.name", 1)
    );
}

#[test]
fn spans_that_are_not_sampled_go_apart() {
    let memory = Memory::default();
    let spans = vec![span(1, "", TraceFlags::default()), sampled(2, "")];
    exporter(&memory).send(spans, "").unwrap();
    let prefixes: Vec<_> = memory.requests().into_iter().map(|(prefix, _)| prefix).collect();
    assert_eq!((prefixes, ids(&memory.spans())), (vec!["T1S".into(), "T1U".into()], vec![2, 1]));
}
