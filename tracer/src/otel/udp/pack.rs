use std::{iter::Peekable, vec::IntoIter};

use opentelemetry::InstrumentationScope;
use opentelemetry_proto::{
    tonic::{
        collector::trace::v1::ExportTraceServiceRequest,
        common::v1::{KeyValue, any_value},
        resource::v1::Resource as ProtoResource,
        trace::v1::{ResourceSpans, ScopeSpans, Span},
    },
    transform::common::tonic::ResourceAttributesWithSchema,
};
use opentelemetry_sdk::{Resource, trace::SpanData};
use prost::{Message, encoding::encoded_len_varint};

use super::trim::Trim;

/// What the keys and lengths of the outermost messages take at most, in bytes.
const ENVELOPE: usize = 24;

/// Where spans come from: the resource as OTLP has it.
pub(super) struct Origin {
    resource: ProtoResource,
    schema_url: String,
}

impl Origin {
    pub(super) fn of(resource: &Resource) -> Self {
        let ResourceAttributesWithSchema { attributes, schema_url } = resource.into();
        let resource = ProtoResource { attributes: attributes.0, ..ProtoResource::default() };
        Self { resource, schema_url: schema_url.unwrap_or_default() }
    }

    /// Returns this, or no more than the service's name where the rest leaves too little room for spans.
    fn within(&self, most: usize) -> ResourceSpans {
        let mut resource = self.resource.clone();
        if resource.encoded_len() + self.schema_url.len() <= most {
            let schema_url = self.schema_url.clone();
            return ResourceSpans { resource: Some(resource), schema_url, ..Default::default() };
        }
        let all = resource.attributes.len();
        resource.attributes.retain(|attribute| is_short_service_name(attribute, most));
        let dropped = all - resource.attributes.len();
        resource.dropped_attributes_count = u32::try_from(dropped).unwrap_or(u32::MAX);
        ResourceSpans { resource: Some(resource), ..Default::default() }
    }
}

fn is_short_service_name(attribute: &KeyValue, most: usize) -> bool {
    let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
    let is_text = matches!(value, Some(any_value::Value::StringValue(_)));
    attribute.key == "service.name" && is_text && attribute.encoded_len() < most
}

/// Packs spans into as few requests as have room for them, in their order.
pub(super) struct Pack {
    spans: Peekable<IntoIter<(InstrumentationScope, Span)>>,
    empty: ResourceSpans,
    room: usize,
    dropped: usize,
}

impl Pack {
    pub(super) fn new(origin: &Origin, spans: Vec<SpanData>, room: usize) -> Self {
        let convert = |span: SpanData| (span.instrumentation_scope.clone(), Span::from(span));
        let spans: Vec<_> = spans.into_iter().map(convert).collect();
        let empty = origin.within(room / 2);
        let room = room.saturating_sub(empty.encoded_len() + ENVELOPE);
        Self { spans: spans.into_iter().peekable(), empty, room, dropped: 0 }
    }

    /// Returns how many spans had no room in a request of their own.
    pub(super) fn dropped(&self) -> usize {
        self.dropped
    }

    /// Adds the next span to a request, unless that is full.
    fn add_next(&mut self, request: &mut Request) -> bool {
        let Some((scope, span)) = self.spans.peek_mut() else {
            return false;
        };
        let scope = scope_of(scope);
        let mut size = request.size_with(&scope, span);
        for trim in Trim::MORE_AND_MORE.into_iter().filter(|_| request.scopes.is_empty()) {
            if size > self.room {
                trim.apply(span);
                size = request.size_with(&scope, span);
            }
        }
        let fits = size <= self.room;
        if !fits && !request.scopes.is_empty() {
            return false;
        }
        match self.spans.next().filter(|_| fits) {
            Some((_, span)) => request.add(scope, span, size),
            None => self.dropped += 1,
        }
        true
    }
}

/// A request that is being filled.
#[derive(Default)]
struct Request {
    scopes: Vec<ScopeSpans>,
    size: usize,
}

impl Request {
    /// Returns how large this would be with one more span.
    fn size_with(&self, scope: &ScopeSpans, span: &Span) -> usize {
        let is_known = self.scopes.iter().any(|known| is_same(known, scope));
        let of_scope = if is_known { 0 } else { field_len(scope.encoded_len()) + ENVELOPE };
        self.size + of_scope + field_len(span.encoded_len())
    }

    fn add(&mut self, scope: ScopeSpans, span: Span, size: usize) {
        self.size = size;
        match self.scopes.iter_mut().find(|known| is_same(known, &scope)) {
            Some(known) => known.spans.push(span),
            None => self.scopes.push(ScopeSpans { spans: vec![span], ..scope }),
        }
    }
}

impl Iterator for Pack {
    type Item = ExportTraceServiceRequest;

    fn next(&mut self) -> Option<ExportTraceServiceRequest> {
        let mut request = Request::default();
        while self.add_next(&mut request) {}
        if request.scopes.is_empty() {
            return None;
        }
        let resource_spans =
            vec![ResourceSpans { scope_spans: request.scopes, ..self.empty.clone() }];
        Some(ExportTraceServiceRequest { resource_spans })
    }
}

fn scope_of(scope: &InstrumentationScope) -> ScopeSpans {
    let schema_url = scope.schema_url().map(ToOwned::to_owned).unwrap_or_default();
    ScopeSpans { scope: Some((scope, None).into()), schema_url, spans: Vec::new() }
}

fn is_same(known: &ScopeSpans, scope: &ScopeSpans) -> bool {
    known.scope == scope.scope && known.schema_url == scope.schema_url
}

/// Returns what a field of this length takes with its key and its length.
fn field_len(length: usize) -> usize {
    1 + encoded_len_varint(length as u64) + length
}
