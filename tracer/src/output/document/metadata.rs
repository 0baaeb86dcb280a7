use powertools_core::json::{write_escaped, write_string};

use super::{
    semantics::Semantics,
    trim::{Cut, Trim},
    value::write_value,
};
use crate::{Batch, Span, Value, model::cut_note};

/// How long a value may be where space is short, in bytes of JSON.
const SHORT: usize = 128;

/// The namespace of what is said about the document itself.
const OWN: &str = "powertools";

/// Writes `,"metadata":{…}`, unless there is none: an object for the service, and one for each other
/// namespace. Fields belong to the service's.
pub(super) fn write(
    out: &mut Vec<u8>,
    batch: &Batch,
    span: &Span<'_>,
    semantics: Option<&Semantics<'_>>,
    Cut { trim, errors_left_out }: Cut,
) {
    let mut metadata = Metadata { out, trim, is_open: false, in_namespace: false };
    if trim < Trim::AllButBones {
        for (key, value) in span.attributes() {
            if !semantics.is_some_and(|it| it.tells(key)) && !is_overridden(span, key) {
                metadata.put(batch.namespace(), key, value);
            }
        }
        if span.record.has.metadata {
            let own = span.metadata_items().filter(|(namespace, ..)| namespace.is_none());
            own.for_each(|(_, key, value)| metadata.put(batch.namespace(), key, value));
            metadata.end_namespace();
            write_other_namespaces(&mut metadata, span);
        }
        metadata.end_namespace();
    }
    let is_first = || batch.spans().next().is_some_and(|first| first.id() == span.id());
    let spans_left_out = Some(batch.dropped()).filter(|count| *count > 0 && is_first());
    if spans_left_out.is_none()
        && errors_left_out + u64::from(span.dropped()) == 0
        && trim == Trim::Nothing
    {
        return metadata.end();
    }
    let own = own_namespace(batch, span);
    if let Some(count) = spans_left_out {
        metadata.put(&own, "spans_left_out", Value::U64(count));
    }
    if span.dropped() > 0 {
        metadata.put(&own, "values_left_out", Value::U64(span.dropped().into()));
    }
    if errors_left_out > 0 {
        metadata.put(&own, "errors_left_out", Value::U64(errors_left_out));
    }
    if trim > Trim::Nothing {
        metadata.put(&own, "cut", Value::Text("the document would be too large"));
    }
    metadata.end();
}

/// Returns the namespace of what is said about the document, which is nobody else's.
fn own_namespace(batch: &Batch, span: &Span<'_>) -> String {
    let mut own = OWN.to_owned();
    while own == batch.namespace() || span.metadata_items().any(|(it, ..)| it == Some(&*own)) {
        own.push('_');
    }
    own
}

fn write_other_namespaces(metadata: &mut Metadata<'_>, span: &Span<'_>) {
    let namespaces = || span.metadata_items().filter_map(|(it, ..)| it);
    for (at, namespace) in namespaces().enumerate() {
        if namespaces().take(at).any(|written| written == namespace) {
            continue;
        }
        let own = span.metadata_items().filter(|(it, ..)| *it == Some(namespace));
        own.for_each(|(_, key, value)| metadata.put(namespace, key, value));
        metadata.end_namespace();
    }
}

/// Tells whether metadata of the service has the name of a field.
fn is_overridden(span: &Span<'_>, field: &str) -> bool {
    let metadata = || span.metadata_items();
    span.record.has.metadata
        && metadata().any(|(namespace, key, _)| namespace.is_none() && key == field)
}

/// Writes objects in an object, each begun when it has something.
struct Metadata<'a> {
    out: &'a mut Vec<u8>,
    trim: Trim,
    is_open: bool,
    in_namespace: bool,
}

impl Metadata<'_> {
    fn put(&mut self, namespace: &str, key: &str, value: Value<'_>) {
        if self.in_namespace {
            self.out.extend_from_slice(b",\"");
        } else {
            self.begin(namespace);
        }
        write_escaped(self.out, key);
        self.out.extend_from_slice(b"\":");
        match self.trim {
            Trim::Nothing => write_value(self.out, value),
            _ => self.write_short(value),
        }
    }

    /// Writes a value, or a note of one that is not short.
    #[cold]
    fn write_short(&mut self, value: Value<'_>) {
        let start = self.out.len();
        write_value(self.out, value);
        let size = self.out.len() - start;
        if size > SHORT {
            self.out.truncate(start);
            write_string(self.out, &cut_note(size));
        }
    }

    /// Begins the object of a namespace, and the name of its first member.
    fn begin(&mut self, namespace: &str) {
        self.out.extend_from_slice(if self.is_open { b",\"" } else { b",\"metadata\":{\"" });
        write_escaped(self.out, namespace);
        self.out.extend_from_slice(b"\":{\"");
        (self.is_open, self.in_namespace) = (true, true);
    }

    fn end_namespace(&mut self) {
        if std::mem::take(&mut self.in_namespace) {
            self.out.push(b'}');
        }
    }

    fn end(mut self) {
        self.end_namespace();
        if self.is_open {
            self.out.push(b'}');
        }
    }
}
