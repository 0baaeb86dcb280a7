use std::{error::Error, fmt::Debug};

use powertools_core::{
    REDACTED, Redaction, Visibility, hex_digits,
    json::{
        Captured, redact_json, redact_string, write_debug, write_exception, write_string,
        write_text_exception,
    },
};
use tracing::field::{Field, Visit};

use crate::{
    context::Trace,
    model::{Key, Kind, Purpose, Scalar, SpanBuffer},
};

/// Renders the fields of a span into a buffer.
///
/// `otel.name`, `otel.kind`, `otel.status_code` and `otel.status_description` mean what they mean to
/// tracing-opentelemetry; the last was called `otel.status_message` before.
pub(super) struct SpanVisitor<'a> {
    pub(super) buffer: &'a mut SpanBuffer,
    pub(super) trace: &'a Trace,
    /// Whether a field of the call site is redacted or left out because of its name.
    pub(super) is_guarded: bool,
}

impl<'a> SpanVisitor<'a> {
    /// Tells whether the value of a field is to be rendered; if its name is sensitive, it is done here.
    #[inline]
    fn shows(&mut self, field: &Field) -> bool {
        !self.is_guarded || self.shows_guarded(field)
    }

    #[cold]
    fn shows_guarded(&mut self, field: &Field) -> bool {
        let visibility = self.trace.settings().fields.visibility(field.name());
        if visibility == Visibility::Redacted {
            let purpose = self.purpose(field);
            self.buffer.text(purpose, key(field), REDACTED);
        }
        visibility == Visibility::Shown
    }

    fn redaction(&self) -> &'a Redaction {
        self.trace.settings().fields.redaction()
    }

    fn purpose(&self, field: &Field) -> Purpose {
        if self.trace.settings().annotates(field.name()) {
            Purpose::Annotation
        } else {
            Purpose::Attribute
        }
    }

    #[inline]
    fn scalar(&mut self, field: &Field, value: Scalar) {
        if !self.shows(field) {
            return;
        }
        let purpose = self.purpose(field);
        self.buffer.scalar(purpose, key(field), value);
    }

    /// Takes a number, as hex in a text where it is too large for a number of JSON.
    fn integer(&mut self, field: &Field, number: Option<Scalar>, bits: u128) {
        if let Some(number) = number {
            return self.scalar(field, number);
        }
        if !self.shows(field) {
            return;
        }
        let purpose = self.purpose(field);
        self.buffer.json(purpose, key(field), |out| {
            out.extend_from_slice(b"\"0x");
            for word in bits.to_be_bytes().as_chunks().0 {
                out.extend_from_slice(&hex_digits(u32::from_be_bytes(*word)));
            }
            out.push(b'"');
        });
    }

    fn special(&mut self, name: &str, value: &str) {
        match name {
            "name" => self.buffer.set_name(value),
            "kind" => self.buffer.set_kind(Kind::parse(value).unwrap_or_default()),
            "status_code" if value.eq_ignore_ascii_case("error") => self.buffer.set_fault(),
            "status_code" if value.eq_ignore_ascii_case("ok") => self.buffer.set_ok(),
            "status_description" | "status_message" => {
                self.buffer.describe_status(self.trace.capture(), value);
            }
            _ => {}
        }
    }

    fn error(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.buffer.error("", None, self.trace.capture(), write);
    }
}

impl Visit for SpanVisitor<'_> {
    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        if !self.shows(field) {
            return;
        }
        let value = self.redaction().text(value);
        match field.name().strip_prefix("otel.") {
            Some(special) => self.special(special, &value),
            None => {
                let purpose = self.purpose(field);
                self.buffer.text(purpose, key(field), &value);
            }
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.scalar(field, Scalar::I64(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.scalar(field, Scalar::U64(value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        let unsigned = u64::try_from(value).ok().map(Scalar::U64);
        let number = unsigned.or_else(|| i64::try_from(value).ok().map(Scalar::I64));
        self.integer(field, number, value as u128);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.integer(field, u64::try_from(value).ok().map(Scalar::U64), value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.scalar(field, Scalar::Bool(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.scalar(field, Scalar::F64(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if !self.shows(field) {
            return;
        }
        self.error(|out| write_exception(out, value, None, None));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if !self.shows(field) {
            return;
        }
        let redaction = self.redaction();
        if let Some(special) = field.name().strip_prefix("otel.") {
            return self.special(special, &redaction.text(&format!("{value:?}")));
        }
        let purpose = self.purpose(field);
        let capture = self.trace.capture();
        let captured = self.buffer.json(purpose, key(field), |out| {
            let start = out.len();
            let captured = write_debug(out, value);
            match captured {
                Captured::Text => redact_string(out, start, redaction),
                Captured::Json => redact_json(out, start, redaction),
                Captured::Exception => capture.restrict_error(out, start),
            }
            captured
        });
        if captured == Captured::Exception {
            self.buffer.repurpose_last(Purpose::Error(None));
            self.buffer.set_fault_unless_ok();
        }
    }
}

/// Takes from an ERROR event what is known of the error.
#[derive(Default)]
pub(super) struct ErrorVisitor {
    /// Message, name and stack trace of the first error, joined.
    exception: Vec<u8>,
    /// The event's message as JSON.
    message: Vec<u8>,
    /// The first field that is called after an error and is text, as JSON.
    text: Vec<u8>,
    /// What fields of OpenTelemetry's conventions say of the error, as JSON.
    told: Told,
    /// Where a record of the `log` crate comes from: all of them share a call site.
    log_target: Option<String>,
    log_file: Option<String>,
    log_line: Option<u64>,
    /// The place of a panic, which its event has as a field, as JSON.
    location: Vec<u8>,
}

/// The fields `exception.type`, `exception.message` and `exception.stacktrace`.
#[derive(Default)]
struct Told {
    name: Vec<u8>,
    message: Vec<u8>,
    stack_trace: Vec<u8>,
}

impl ErrorVisitor {
    /// Returns the target that a record of the `log` crate brings with it.
    pub(super) fn log_target(&self) -> Option<&str> {
        self.log_target.as_deref()
    }

    /// Returns the place of what an event of this project's or a record of the `log` crate tells of; empty if it is that
    /// of the event.
    pub(super) fn location(&self, is_own: bool) -> String {
        match (&self.log_file, self.log_line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ if is_own => serde_json::from_slice(&self.location).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Writes the joined parts of the error: the event's own message where it has none.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if !self.exception.is_empty() {
            return out.extend_from_slice(&self.exception);
        }
        let texts = [&self.told.message, &self.text, &self.message];
        let message = texts.into_iter().find(|text| !text.is_empty()).and_then(|text| read(text));
        let name = read(&self.told.name);
        let name = name.as_deref().unwrap_or("Error");
        write_text_exception(out, name, &message.unwrap_or_default(), None);
    }

    /// Takes a value that is no error itself, as JSON.
    fn take_text(&mut self, field: &Field, rendered: Vec<u8>) {
        match field.name() {
            "message" => self.message = rendered,
            "location" => self.location = rendered,
            "error" | "err" | "exception" if self.text.is_empty() => self.text = rendered,
            "exception.type" => self.told.name = rendered,
            "exception.message" => self.told.message = rendered,
            "exception.stacktrace" => self.told.stack_trace = rendered,
            _ => {}
        }
    }

    /// Keeps the stack trace that a field tells with the span.
    pub(super) fn keep_stack_trace(&self, buffer: &mut SpanBuffer) {
        let stack_trace = &self.told.stack_trace;
        if !stack_trace.is_empty() {
            let key = Key::Static("exception.stacktrace");
            buffer.json(Purpose::Attribute, key, |out| out.extend_from_slice(stack_trace));
        }
    }
}

impl Visit for ErrorVisitor {
    // These say nothing of an error, and formatting them the way `tracing` does is much code.
    fn record_f64(&mut self, _: &Field, _: f64) {}
    fn record_i128(&mut self, _: &Field, _: i128) {}
    fn record_u128(&mut self, _: &Field, _: u128) {}

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.log_line = Some(value);
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => self.log_target = Some(value.to_owned()),
            "log.file" => self.log_file = Some(value.to_owned()),
            _ => {
                let mut rendered = Vec::new();
                write_string(&mut rendered, value);
                self.take_text(field, rendered);
            }
        }
    }

    fn record_error(&mut self, _: &Field, value: &(dyn Error + 'static)) {
        if self.exception.is_empty() {
            write_exception(&mut self.exception, value, None, None);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut rendered = Vec::new();
        let captured = write_debug(&mut rendered, value);
        if captured == Captured::Exception {
            if self.exception.is_empty() {
                self.exception = rendered;
            }
        } else {
            self.take_text(field, rendered);
        }
    }
}

fn read(json: &[u8]) -> Option<String> {
    serde_json::from_slice(json).ok()
}

fn key(field: &Field) -> Key {
    let name = field.name();
    Key::Static(name.strip_prefix("r#").unwrap_or(name))
}
