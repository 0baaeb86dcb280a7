use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value},
    trace::v1::{Span, Status},
};
use prost::Message;

use crate::model::cut_note;

/// How long a value may be where space is short, in bytes of protobuf.
const SHORT: usize = 128;

/// Marks a span that something was cut off.
const MARKER: &str = "powertools.cut";
const REASON: &str = "the span would be too large for a datagram";

/// How much is cut off a span to make it smaller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trim {
    /// Values that are not short.
    Long,
    /// All but ids, times, a short name and the status.
    AllButBones,
}

impl Trim {
    pub(super) const MORE_AND_MORE: [Self; 2] = [Self::Long, Self::AllButBones];

    pub(super) fn apply(self, span: &mut Span) {
        span.attributes.retain(|attribute| attribute.key != MARKER);
        match self {
            Self::Long => cut_long(span),
            Self::AllButBones => cut_all(span),
        }
        span.attributes.push(KeyValue {
            key: MARKER.to_owned(),
            value: Some(text(REASON.to_owned())),
            ..KeyValue::default()
        });
    }
}

fn cut_long(span: &mut Span) {
    let of_events = span.events.iter_mut().flat_map(|event| &mut event.attributes);
    let of_links = span.links.iter_mut().flat_map(|link| &mut link.attributes);
    for attribute in span.attributes.iter_mut().chain(of_events).chain(of_links) {
        let size = attribute.value.as_ref().map_or(0, Message::encoded_len);
        if size > SHORT {
            attribute.value = Some(text(cut_note(size)));
        }
    }
    cut_text(&mut span.name);
    span.status.iter_mut().for_each(|status| cut_text(&mut status.message));
}

fn cut_all(span: &mut Span) {
    span.dropped_attributes_count += count(&span.attributes);
    span.dropped_events_count += count(&span.events);
    span.dropped_links_count += count(&span.links);
    (span.attributes, span.events, span.links) = (Vec::new(), Vec::new(), Vec::new());
    span.trace_state.clear();
    let code = span.status.as_ref().map(|status| status.code);
    span.status = code.map(|code| Status { code, message: String::new() });
}

fn cut_text(text: &mut String) {
    if text.len() > SHORT {
        let note = cut_note(text.len());
        let longest = SHORT.saturating_sub(note.len());
        let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= longest).last();
        text.truncate(end.unwrap_or(0));
        text.push_str(&note);
    }
}

fn text(text: String) -> AnyValue {
    AnyValue { value: Some(any_value::Value::StringValue(text)) }
}

fn count<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}
