//! Secrets in spans of OpenTelemetry's API, which no layer has seen.

use opentelemetry::{KeyValue, Value, trace::Status};
use opentelemetry_sdk::trace::SpanData;
use powertools_core::{REDACTED, Redaction};

/// Redacts the attributes, events and status of a span.
pub(super) fn redact(span: &mut SpanData, redaction: &Redaction) {
    redact_attributes(&mut span.attributes, redaction);
    for event in &mut span.events.events {
        redact_attributes(&mut event.attributes, redaction);
    }
    if let Status::Error { description } = &mut span.status {
        *description = redaction.text(description).into_owned().into();
    }
}

fn redact_attributes(attributes: &mut [KeyValue], redaction: &Redaction) {
    for attribute in attributes {
        if redaction.is_sensitive(attribute.key.as_str()) {
            attribute.value = REDACTED.into();
        } else if let Value::String(text) = &attribute.value {
            attribute.value = redaction.text(text.as_str()).into_owned().into();
        }
    }
}
