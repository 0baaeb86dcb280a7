use powertools_core::{
    SpanId,
    json::{write_integer, write_string},
};

use super::Trim;
use crate::{Span, SpanError, Value, model::cut_note};

/// How long a message may be where space is short, in bytes.
const SHORT: usize = 256;

/// How many errors and sources a document tells of.
const MOST: usize = 16;

/// Writes `,"cause":{…}`, unless nothing is known of an error; returns how many errors and sources are left out.
pub(super) fn write(out: &mut Vec<u8>, span: &Span<'_>, trim: Trim) -> u64 {
    let mut errors = span.errors().chain(told_in_fields(span)).peekable();
    if errors.peek().is_none() {
        return 0;
    }
    let mut dropped = 0;
    out.extend_from_slice(b",\"cause\":{\"exceptions\":[");
    let mut written = 0;
    for error in errors {
        let mut links: Vec<_> = vec![(&error.name, &error.message)];
        links.extend(error.causes.iter().map(|(name, message)| (name, message)));
        dropped += links.len().saturating_sub(MOST - written) as u64;
        links.truncate(MOST - written);
        let mut id = new_id();
        for (at, (name, message)) in links.iter().enumerate() {
            if written > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"id\":\"");
            out.extend_from_slice(&id.digits());
            out.extend_from_slice(b"\",\"message\":");
            write_message(out, message, trim);
            out.extend_from_slice(b",\"type\":");
            write_message(out, name, trim);
            if at + 1 < links.len() {
                id = new_id();
                out.extend_from_slice(b",\"cause\":\"");
                out.extend_from_slice(&id.digits());
                out.push(b'"');
            }
            if at == 0 {
                write_stack(out, &error, span);
            }
            out.push(b'}');
            written += 1;
        }
    }
    out.extend_from_slice(b"]}");
    dropped
}

/// Returns what fields of OpenTelemetry's conventions tell of an error, unless that is known by itself.
fn told_in_fields(span: &Span<'_>) -> Option<SpanError> {
    let told = |name: &str| {
        let value = span.attributes().chain(span.annotations()).find(|(key, _)| *key == name)?.1;
        match value {
            Value::Text(text) => Some(text.to_owned()),
            Value::Json(json) => serde_json::from_str(json).ok(),
            _ => None,
        }
    };
    let (name, message) = (told("exception.type"), told("exception.message"));
    if name.is_none() && message.is_none() {
        return None;
    }
    let (name, message) = (name.unwrap_or_else(|| "Error".to_owned()), message.unwrap_or_default());
    let is_known = span.errors().any(|error| error.message == message);
    (!is_known).then(|| SpanError { name, message, causes: Vec::new(), place: None })
}

/// Returns a new exception's id.
fn new_id() -> SpanId {
    SpanId::new(fastrand::u64(1..))
}

/// Writes where the error was logged: Rust has no stack at hand, unless a backtrace was paid for.
fn write_stack(out: &mut Vec<u8>, error: &SpanError, span: &Span<'_>) {
    if let Some((file, line)) = &error.place {
        out.extend_from_slice(b",\"stack\":[{\"path\":");
        write_string(out, file);
        out.extend_from_slice(b",\"line\":");
        write_integer(out, *line);
        out.extend_from_slice(b",\"label\":");
        write_string(out, span.name());
        out.extend_from_slice(b"}]");
    }
}

fn write_message(out: &mut Vec<u8>, message: &str, trim: Trim) {
    if trim == Trim::Nothing || message.len() <= SHORT {
        write_string(out, message);
    } else {
        write_string(out, &cut_note(message.len()));
    }
}
