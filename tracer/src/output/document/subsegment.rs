use powertools_core::{TraceHeader, json::write_string};

use super::{
    annotations, cause, metadata, name,
    semantics::Semantics,
    time,
    trim::{Cut, Trim},
};
use crate::model::{Batch, Span};

/// Writes the members of a separate document, the first without a comma, and no brace.
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
/// `"id":"`, which callers write together with what comes before it.
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
    let links = span.links().filter_map(TraceHeader::parse);
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
    if span.links().any(|link| TraceHeader::parse(link).is_some()) {
        out.push(b']');
    }
}
