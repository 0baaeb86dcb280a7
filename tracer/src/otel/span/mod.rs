//! Our spans in OpenTelemetry's data model.

mod attributes;
mod event;
mod status;

use std::borrow::Cow;

use opentelemetry::{
    InstrumentationScope, KeyValue,
    trace::{Link, SpanContext, SpanKind},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::remote::{at_span, id_of, span_context_of};
use crate::{Batch, Kind, Span, TraceHeader, model::STATUS_DESCRIPTION};

/// Where spans that are not over say so; the collector's receiver for X-Ray has the same attribute.
const IN_PROGRESS: &str = "aws.xray.inprogress";

/// How many spans were not captured; an attribute of the first one that was.
const SPANS_LEFT_OUT: &str = "powertools.spans_left_out";

/// Returns the spans of a batch.
///
/// A span that is not over ends when the batch was made, with the attribute `aws.xray.inprogress`.
pub(super) fn spans_of(batch: &Batch) -> Vec<SpanData> {
    let Some(trace) = span_context_of(batch.header()) else {
        return Vec::new();
    };
    let scope = scope();
    let converted = batch.spans().map(|span| convert(batch, &trace, &scope, &span));
    let mut spans: Vec<SpanData> = converted.collect();
    if let Some(first) = spans.first_mut().filter(|_| batch.dropped() > 0) {
        let dropped = i64::try_from(batch.dropped()).unwrap_or(i64::MAX);
        first.attributes.push(KeyValue::new(SPANS_LEFT_OUT, dropped));
    }
    spans
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder(env!("CARGO_PKG_NAME"))
        .with_version(env!("CARGO_PKG_VERSION"))
        .build()
}

fn convert(
    batch: &Batch,
    trace: &SpanContext,
    scope: &InstrumentationScope,
    span: &Span<'_>,
) -> SpanData {
    let end = span.end().unwrap_or_else(|| batch.at().max(span.start()));
    let mut attributes = attributes::of(batch, span);
    if span.end().is_none() {
        attributes.push(KeyValue::new(IN_PROGRESS, true));
    }
    SpanData {
        span_context: at_span(trace, span.record.id, false),
        parent_span_id: id_of(span.record.parent_id),
        parent_span_is_remote: span.record.parent.is_none(),
        span_kind: kind_of(span.kind()),
        name: name_of(span),
        start_time: span.start(),
        end_time: end,
        attributes,
        dropped_attributes_count: span.dropped(),
        events: events_of(span, end),
        links: links_of(span),
        status: status::of(span),
        instrumentation_scope: scope.clone(),
    }
}

fn name_of(span: &Span<'_>) -> Cow<'static, str> {
    match span.given_name() {
        Some(given) => Cow::Owned(given.to_owned()),
        None => Cow::Borrowed(span.metadata().name()),
    }
}

fn kind_of(kind: Kind) -> SpanKind {
    match kind {
        Kind::Internal => SpanKind::Internal,
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Producer => SpanKind::Producer,
        Kind::Consumer => SpanKind::Consumer,
    }
}

fn events_of(span: &Span<'_>, at: std::time::SystemTime) -> SpanEvents {
    let mut events = SpanEvents::default();
    // The description of the status is told there.
    let errors = span.errors_called(|key| key != STATUS_DESCRIPTION);
    events.events = errors.map(|error| event::of(&error, at)).collect();
    events
}

/// Returns the links that say which span they lead to: OpenTelemetry has no others.
fn links_of(span: &Span<'_>) -> SpanLinks {
    let contexts = span.links().filter_map(TraceHeader::parse);
    let contexts = contexts.filter_map(|header| span_context_of(&header));
    let valid = contexts.filter(SpanContext::is_valid);
    let mut links = SpanLinks::default();
    links.links = valid.map(|context| Link::new(context, Vec::new(), 0)).collect();
    links
}
