//! Errors as events.

use std::{fmt::Write, time::SystemTime};

use opentelemetry::{KeyValue, trace::Event};

use crate::SpanError;

/// Returns the event of an error. Format: OpenTelemetry's semantic conventions, "Exceptions on spans".
///
/// The time is not that of the error, which nobody noted, but when the span was over.
pub(super) fn of(error: &SpanError, at: SystemTime) -> Event {
    let mut attributes = vec![
        KeyValue::new("exception.type", error.name.clone()),
        KeyValue::new("exception.message", error.message.clone()),
    ];
    if !error.causes.is_empty() || error.place.is_some() {
        attributes.push(KeyValue::new("exception.stacktrace", stack_trace(error)));
    }
    Event::new("exception", at, attributes, 0)
}

/// Writes the error, where it was logged, and what caused it, a line each.
fn stack_trace(error: &SpanError) -> String {
    let mut text = format!("{}: {}", error.name, error.message);
    // Writing to a string does not fail.
    if let Some((file, line)) = &error.place {
        let _ = write!(text, "\n    at {file}:{line}");
    }
    for (name, message) in &error.causes {
        let _ = write!(text, "\nCaused by: {name}: {message}");
    }
    text
}
