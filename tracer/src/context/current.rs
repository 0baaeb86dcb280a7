//! The current span, from wherever in the invocation.

use powertools_core::{
    Invocation, REDACTED, Visibility,
    json::{redact_json, write_serialize, write_string},
};
use serde::Serialize;

use super::{Traced, trace_of};
use crate::{
    TraceHeader,
    config::HandlerOverrides,
    model::{Purpose, Scalar, SpanBuffer, namespace},
};

/// Adds an annotation, by which traces can be searched, to the current span.
///
/// X-Ray takes keys of letters, digits and underscores, 500 at most; other characters become underscores.
/// Text is cut at 1,000 characters. Nothing happens outside a sampled invocation, and a span that is not
/// traced passes the annotation up to the nearest one that is.
///
/// ```
/// powertools_tracer::annotation("OrderId", "o-17");
/// powertools_tracer::annotation("Express", true);
/// ```
pub fn annotation<'a>(key: &str, value: impl Into<Annotation<'a>>) {
    if let Some(traced) = Traced::current() {
        let rules = &traced.trace.settings().fields;
        let value = match (rules.visibility(key), value.into()) {
            (Visibility::Omitted, _) => return,
            (Visibility::Redacted, _) => Annotation::from(REDACTED),
            (Visibility::Shown, value) => value,
        };
        traced.add(|buffer| match &value {
            Annotation::Text(text) => {
                Annotation::from(&rules.redaction().text(text)).put(buffer, key);
            }
            value => value.put(buffer, key),
        });
    }
}

/// The value of an annotation: text, a number or a truth value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Annotation<'a> {
    /// Text.
    Text(std::borrow::Cow<'a, str>),
    /// A whole number.
    I64(i64),
    /// A whole number.
    U64(u64),
    /// A number; NaN and infinities become text.
    F64(f64),
    /// A truth value.
    Bool(bool),
}

impl Annotation<'_> {
    pub(crate) fn put(&self, buffer: &mut SpanBuffer, key: &str) {
        let key = buffer.key(key);
        let value = match self {
            Self::Text(text) => return buffer.text(Purpose::Annotation, key, text),
            Self::I64(number) => Scalar::I64(*number),
            Self::U64(number) => Scalar::U64(*number),
            Self::F64(number) => Scalar::F64(*number),
            Self::Bool(value) => Scalar::Bool(*value),
        };
        buffer.scalar(Purpose::Annotation, key, value);
    }
}

macro_rules! annotation_from {
    ($($from:ty => $variant:ident),* $(,)?) => {
        $(impl From<$from> for Annotation<'_> {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }

        impl From<&$from> for Annotation<'_> {
            fn from(value: &$from) -> Self {
                Self::$variant((*value).into())
            }
        })*
    };
}

annotation_from! {
    i8 => I64, i16 => I64, i32 => I64, i64 => I64,
    u8 => U64, u16 => U64, u32 => U64, u64 => U64, f32 => F64, f64 => F64, bool => Bool,
}

impl From<String> for Annotation<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a str> for Annotation<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&&'a str> for Annotation<'a> {
    fn from(text: &&'a str) -> Self {
        Self::from(*text)
    }
}

impl<'a> From<&&'a String> for Annotation<'a> {
    fn from(text: &&'a String) -> Self {
        Self::from(*text)
    }
}

impl<'a> From<&'a std::borrow::Cow<'_, str>> for Annotation<'a> {
    fn from(text: &'a std::borrow::Cow<'_, str>) -> Self {
        Self::from(&**text)
    }
}

impl<'a> From<&'a String> for Annotation<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

/// Adds metadata, which is shown with the trace, to the current span, in the namespace of the service.
///
/// A value is kept up to 16 KiB of JSON; a longer one is replaced by a note of its size.
pub fn metadata(key: &str, value: impl Serialize) {
    put_metadata(None, key, &value);
}

/// Adds metadata in another namespace.
///
/// Namespaces that begin with `AWS.` are X-Ray's; such a one gets `_` before it.
pub fn metadata_in(namespace: &str, key: &str, value: impl Serialize) {
    put_metadata(Some(namespace), key, &value);
}

fn put_metadata(namespace: Option<&str>, key: &str, value: &impl Serialize) {
    if let Some(traced) = Traced::current() {
        let rules = &traced.trace.settings().fields;
        let visibility = rules.visibility(key);
        if visibility == Visibility::Omitted {
            return;
        }
        let namespace = namespace.map(namespace::accepted);
        let namespace =
            namespace.filter(|namespace| *namespace != traced.trace.settings().namespace);
        traced.add(|buffer| {
            let namespace = namespace.map(|namespace| buffer.push_text(&namespace));
            let key = buffer.key(key);
            buffer.json(Purpose::Metadata(namespace), key, |out| match visibility {
                Visibility::Redacted => write_string(out, REDACTED),
                _ => {
                    write_serialize(out, value);
                    redact_json(out, 0, rules.redaction());
                }
            });
        });
    }
}

/// Sets whether the current invocation's trace keeps the handler's response, in place of what the tracer was
/// built with; the latest word counts.
///
/// Nothing happens outside a sampled invocation.
pub fn capture_response(capture: bool) {
    handler_overrides(|handler| handler.set_response(capture));
}

/// Sets whether the current invocation's trace keeps the texts of errors that come from here on, in place of what
/// the tracer was built with; the latest word counts.
///
/// Nothing happens outside a sampled invocation.
pub fn capture_error(capture: bool) {
    handler_overrides(|handler| handler.set_error(capture));
}

fn handler_overrides(say: impl FnOnce(&HandlerOverrides)) {
    if let Some(trace) = Invocation::current().as_ref().and_then(trace_of) {
        say(trace.handler_overrides());
    }
}

/// Notes that the current span continues another trace beside its own, given by that trace's header.
///
/// The records of an SQS batch have theirs in the attribute `AWSTraceHeader`; the runtime layer links those
/// of a whole batch to the handler's span.
pub fn link(header: &str) {
    if let Some(traced) = Traced::current() {
        traced.add(|buffer| {
            buffer.text(Purpose::Link, crate::model::Key::Static(""), header);
        });
    }
}

/// Returns the trace header to send along with a request, so that what it causes becomes part of the trace.
///
/// Its parent is the current span; without one, or where nothing is sampled, it is the invocation's own
/// header. `None` outside an invocation, or where Lambda gave none. The environment's `_X_AMZN_TRACE_ID`
/// is never read: it does not exist where invocations are concurrent.
pub fn current_header() -> Option<TraceHeader> {
    if let Some(traced) = Traced::current() {
        let header = traced.trace.header().clone();
        return Some(match traced.id() {
            Some(id) => header.with_parent(id),
            None => header,
        });
    }
    TraceHeader::parse(Invocation::current()?.trace_header()?)
}
