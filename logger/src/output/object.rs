use powertools_core::{
    FieldRules, Invocation, REDACTED, SpanId, Visibility,
    json::{redact_json, write_escaped, write_integer, write_serialize, write_string},
};
use serde::Serialize;
use tracing::Level;

use super::{ExceptionRecord, Record};
use crate::model::Members;

/// The object that a [`Formatter`](super::Formatter) writes members into, in order.
///
/// The formatter sees to it that its own keys are distinct. Values whose names are sensitive are redacted, and so are
/// secrets in text and JSON.
#[derive(Debug)]
pub struct Object<'a>(Target<'a>, &'a FieldRules);

#[derive(Debug)]
enum Target<'a> {
    /// The line itself.
    Line(&'a mut Vec<u8>),
    /// Members kept for later; one that is there already stays.
    Members(&'a mut Members),
}

impl<'a> Object<'a> {
    pub(crate) fn line(line: &'a mut Vec<u8>, rules: &'a FieldRules) -> Self {
        Self(Target::Line(line), rules)
    }

    pub(crate) fn members(members: &'a mut Members, rules: &'a FieldRules) -> Self {
        Self(Target::Members(members), rules)
    }

    /// Writes a string.
    #[inline]
    pub fn string(&mut self, key: &str, value: &str) {
        let redaction = self.1.redaction();
        self.visible(key, |out| write_string(out, &redaction.text(value)));
    }

    /// Writes a whole number.
    pub fn integer(&mut self, key: &str, value: i64) {
        self.visible(key, |out| write_integer(out, value));
    }

    /// Writes a boolean.
    pub fn bool(&mut self, key: &str, value: bool) {
        self.visible(key, |out| out.extend_from_slice(if value { b"true" } else { b"false" }));
    }

    /// Writes any serialisable value as nested JSON.
    pub fn json<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        let redaction = self.1.redaction();
        self.visible(key, |out| {
            let start = out.len();
            write_serialize(out, value);
            redact_json(out, start, redaction);
        });
    }

    /// Writes a span's id: 16 hex digits.
    pub fn span_id(&mut self, key: &str, id: SpanId) {
        self.member(key, |out| push_quoted(out, &id.digits()));
    }

    /// Writes the event's level: TRACE, DEBUG, INFO, WARN or ERROR.
    #[inline]
    pub fn level(&mut self, key: &str, record: &Record<'_>) {
        self.member(key, |out| push_quoted(out, record.level.as_str().as_bytes()));
    }

    /// Writes the event's timestamp: RFC 3339, UTC, with milliseconds.
    #[inline]
    pub fn timestamp(&mut self, key: &str, record: &Record<'_>) {
        self.member(key, |out| push_quoted(out, record.timestamp_text));
    }

    /// Writes the event's message.
    #[inline]
    pub fn message(&mut self, key: &str, record: &Record<'_>) {
        self.member(key, |out| out.extend_from_slice(record.message));
    }

    /// Writes the event's place in the code as `module:line`.
    #[inline]
    pub fn location(&mut self, key: &str, record: &Record<'_>) {
        self.member(key, |out| push_quoted(out, record.location));
    }

    /// Writes the text of an error.
    pub fn exception_message(&mut self, key: &str, exception: &ExceptionRecord<'_>) {
        self.member(key, |out| out.extend_from_slice(exception.0.message));
    }

    /// Writes the type of an error.
    pub fn exception_name(&mut self, key: &str, exception: &ExceptionRecord<'_>) {
        self.member(key, |out| out.extend_from_slice(exception.0.name));
    }

    /// Writes the last of an error's sources as `NAME: MESSAGE`, unless it has none or that one says the same.
    pub fn root_cause(&mut self, key: &str, exception: &ExceptionRecord<'_>) {
        if let Some(root_cause) = exception.0.root_cause() {
            self.member(key, |out| out.extend_from_slice(&root_cause));
        }
    }

    /// Writes an error as an object: `type`, `value`, `module` where known, `causes`, `backtrace` if captured.
    pub fn stack_trace(&mut self, key: &str, exception: &ExceptionRecord<'_>) {
        self.member(key, |out| exception.0.write_stack_trace(out));
    }

    /// Writes the same object as a string, for formats that ask for text.
    pub fn stack_trace_text(&mut self, key: &str, exception: &ExceptionRecord<'_>) {
        let mut json = Vec::new();
        exception.0.write_stack_trace(&mut json);
        self.member(key, |out| write_string(out, &String::from_utf8_lossy(&json)));
    }

    /// Writes level, location, message, timestamp and service under their Powertools names.
    ///
    /// Every line has them, so they are written in one go instead of member by member.
    pub(super) fn powertools_head(&mut self, record: &Record<'_>) {
        // Only a line has a record, so there is nothing to do for members.
        let Target::Line(line) = &mut self.0 else {
            return;
        };
        push_start(line, up_to_location(record.level));
        line.extend_from_slice(record.location);
        line.extend_from_slice(b"\",\"message\":");
        line.extend_from_slice(record.message);
        line.extend_from_slice(b",\"timestamp\":\"");
        line.extend_from_slice(record.timestamp_text);
        line.extend_from_slice(record.after_timestamp);
    }

    /// Writes the ids of trace and span under their Powertools names, likewise.
    pub(super) fn powertools_tail(&mut self, record: &Record<'_>) {
        let Target::Line(line) = &mut self.0 else {
            return;
        };
        if let Some(id) = record.invocation.and_then(Invocation::trace_id) {
            push_start(line, b",\"xray_trace_id\":\"");
            write_escaped(line, id);
            line.push(b'"');
        }
        if let Some(id) = record.span_id {
            push_start(line, b",\"span_id\":\"");
            line.extend_from_slice(&id.digits());
            line.push(b'"');
        }
    }

    /// Writes a member as far as its name allows.
    #[inline]
    fn visible(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        match self.1.visibility(key) {
            Visibility::Shown => self.member(key, write),
            Visibility::Redacted => self.member(key, |out| write_string(out, REDACTED)),
            Visibility::Omitted => {}
        }
    }

    #[inline]
    fn member(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) {
        match &mut self.0 {
            Target::Line(line) => {
                line.extend_from_slice(if line.len() == 1 { b"\"" } else { b",\"" });
                write_escaped(line, key);
                line.extend_from_slice(b"\":");
                write(line);
            }
            Target::Members(members) => members.set_if_absent(key, write),
        }
    }
}

/// Returns what a line of Powertools begins with, up to what differs from place to place.
fn up_to_location(level: Level) -> &'static [u8] {
    match level {
        Level::ERROR => b",\"level\":\"ERROR\",\"location\":\"",
        Level::WARN => b",\"level\":\"WARN\",\"location\":\"",
        Level::INFO => b",\"level\":\"INFO\",\"location\":\"",
        Level::DEBUG => b",\"level\":\"DEBUG\",\"location\":\"",
        Level::TRACE => b",\"level\":\"TRACE\",\"location\":\"",
    }
}

/// Writes what a member starts with, without the comma if it is the line's first.
#[inline]
fn push_start(line: &mut Vec<u8>, start: &[u8]) {
    line.extend_from_slice(&start[usize::from(line.len() == 1)..]);
}

/// Writes text that needs no escapes as a string.
#[inline]
fn push_quoted(out: &mut Vec<u8>, plain: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(plain);
    out.push(b'"');
}
