//! A span as an X-Ray subsegment document.
//!
//! Format: AWS X-Ray's developer guide, "Segment documents", and the JSON schema that it offers.

mod annotations;
mod cause;
mod metadata;
mod name;
mod semantics;
mod time;

use powertools_core::json::{write_integer, write_string};

use crate::{Batch, Span};
use semantics::Semantics;
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) use semantics::{is_status, whole};

/// How much of a span is left out to make its document smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trim {
    /// Nothing.
    Nothing,
    /// Values of metadata and messages of errors that are not short.
    Long,
    /// All but ids, times, a short name and that it failed.
    AllButBones,
}

impl Trim {
    #[cfg_attr(
        not(any(feature = "xray", feature = "stdout")),
        allow(dead_code, reason = "only datagrams and lines are limited")
    )]
    pub(crate) const MORE_AND_MORE: [Self; 3] = [Self::Nothing, Self::Long, Self::AllButBones];
}

/// What of a span is not in its document.
#[derive(Clone, Copy, Debug)]
struct Cut {
    trim: Trim,
    errors_left_out: u64,
}

/// Writes the members of a document that stands by itself, the first without a comma, and no brace.
pub(crate) fn write_own(out: &mut Vec<u8>, batch: &Batch, span: &Span<'_>, trim: Trim) {
    // A trace id is known to be digits.
    out.extend_from_slice(b"\"trace_id\":\"");
    out.extend_from_slice(batch.trace_id().as_bytes());
    out.extend_from_slice(b"\",\"type\":\"subsegment\",\"parent_id\":\"");
    out.extend_from_slice(&span.parent_id().digits());
    out.extend_from_slice(b"\",\"id\":\"");
    write_members(out, batch, span, trim);
}

/// Writes the members that a document has inside that of its parent as well, but for the beginning of the first:
/// `"id":"`, which others can write together with what stands before it.
pub(crate) fn write_members(out: &mut Vec<u8>, batch: &Batch, span: &Span<'_>, trim: Trim) {
    let semantics = Semantics::of(span);
    let semantics = semantics.as_ref();
    out.extend_from_slice(&span.id().digits());
    out.extend_from_slice(b"\",\"name\":\"");
    name::write(out, span, semantics, trim);
    out.extend_from_slice(b"\",\"start_time\":");
    time::write(out, span.record.start);
    match span.record.end {
        Some(end) => {
            out.extend_from_slice(b",\"end_time\":");
            time::write(out, end);
        }
        None => out.extend_from_slice(b",\"in_progress\":true"),
    }
    if span.is_fault() || semantics.is_some_and(Semantics::is_fault) {
        out.extend_from_slice(b",\"fault\":true");
    }
    if let Some(semantics) = semantics {
        semantics.write_errors(out);
    }
    let mut errors_left_out = 0;
    if trim < Trim::AllButBones {
        if let Some(semantics) = semantics {
            semantics.write(out);
        }
        let has = span.record.has;
        if has.annotations {
            annotations::write(out, span);
        }
        if (has.errors || span.is_fault()) && !span.is_ok() {
            errors_left_out = cause::write(out, span, trim);
        }
        if has.links {
            write_links(out, span);
        }
    }
    metadata::write(out, batch, span, semantics, Cut { trim, errors_left_out });
}

/// Writes the traces that this one continues beside its own, as AWS's exporter for OpenTelemetry does.
fn write_links(out: &mut Vec<u8>, span: &Span<'_>) {
    let links = span.links().filter_map(crate::TraceHeader::parse);
    for (at, link) in links.enumerate() {
        out.extend_from_slice(if at == 0 {
            b",\"links\":[{\"trace_id\":"
        } else {
            b",{\"trace_id\":"
        });
        write_string(out, link.trace_id());
        if let Some(parent) = link.parent() {
            out.extend_from_slice(b",\"id\":\"");
            out.extend_from_slice(&parent.digits());
            out.push(b'"');
        }
        out.push(b'}');
    }
    if span.links().any(|link| crate::TraceHeader::parse(link).is_some()) {
        out.push(b']');
    }
}

/// Writes a value as JSON.
pub(crate) fn write_value(out: &mut Vec<u8>, value: crate::Value<'_>) {
    use crate::Value;
    match value {
        Value::Text(text) => write_string(out, text),
        Value::Json(json) => out.extend_from_slice(json.as_bytes()),
        Value::I64(number) => write_integer(out, number),
        Value::U64(number) => write_integer(out, number),
        Value::F64(number) => powertools_core::json::write_f64(out, number),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
    }
}
