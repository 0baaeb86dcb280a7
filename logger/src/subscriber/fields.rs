use std::{error::Error, fmt::Debug};

use powertools_core::{
    REDACTED, Redaction,
    json::{
        Captured, ExceptionParts, redact_exception, redact_json, redact_string, write_debug,
        write_exception, write_f64, write_integer, write_string,
    },
};
use tracing::field::{Field, Visit};

use super::callsite::{Callsite, FieldKind};
use crate::model::Members;

/// Writes the fields of a span or an event as members.
pub(super) struct FieldVisitor<'a> {
    members: &'a mut Members,
    callsite: &'a Callsite,
    redaction: &'a Redaction,
    event: Option<EventParts<'a>>,
}

/// What an event has and a span has not.
pub(super) struct EventParts<'a> {
    /// The message, as JSON.
    pub(super) message: &'a mut Vec<u8>,
    /// Where it happened, as JSON, if it says so itself.
    pub(super) location: &'a mut Vec<u8>,
    /// The parts of its first error.
    pub(super) exception: &'a mut Vec<u8>,
}

impl<'a> FieldVisitor<'a> {
    pub(super) fn span(
        members: &'a mut Members,
        callsite: &'a Callsite,
        redaction: &'a Redaction,
    ) -> Self {
        Self { members, callsite, redaction, event: None }
    }

    pub(super) fn event(
        members: &'a mut Members,
        callsite: &'a Callsite,
        redaction: &'a Redaction,
        parts: EventParts<'a>,
    ) -> Self {
        Self { members, callsite, redaction, event: Some(parts) }
    }

    #[inline]
    fn set(&mut self, field: &Field, write: impl FnOnce(&mut Vec<u8>)) {
        match (self.callsite.kind(field), &mut self.event) {
            (FieldKind::Member(key), _) => self.members.set(key, write),
            (FieldKind::Redacted(key), _) => {
                self.members.set(key, |out| write_string(out, REDACTED));
            }
            (FieldKind::Message, Some(parts)) => {
                parts.message.clear();
                write(parts.message);
            }
            (FieldKind::Location, Some(parts)) => write(parts.location),
            _ => {}
        }
    }

    /// Places the parts of an error: an event's first error has its own keys, others stay where they are.
    #[cold]
    fn set_exception(&mut self, field: &Field, rendered: &[u8]) {
        if matches!(self.callsite.kind(field), FieldKind::Redacted(_) | FieldKind::Hidden) {
            return self.set(field, |_| ());
        }
        let Some(parts) = ExceptionParts::split(rendered) else {
            return;
        };
        match &mut self.event {
            Some(event) if field.name() == "message" => {
                event.message.clear();
                event.message.extend_from_slice(parts.message);
                keep_first(event.exception, rendered);
            }
            Some(event) if event.exception.is_empty() => keep_first(event.exception, rendered),
            _ => self.set(field, |out| parts.write_stack_trace(out)),
        }
    }
}

fn keep_first(exception: &mut Vec<u8>, rendered: &[u8]) {
    if exception.is_empty() {
        exception.extend_from_slice(rendered);
    }
}

impl Visit for FieldVisitor<'_> {
    #[inline]
    fn record_str(&mut self, field: &Field, value: &str) {
        let redaction = self.redaction;
        self.set(field, |out| write_string(out, &redaction.text(value)));
    }

    #[inline]
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, |out| write_integer(out, value));
    }

    #[inline]
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, |out| write_integer(out, value));
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.set(field, |out| write_integer(out, value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.set(field, |out| write_integer(out, value));
    }

    #[inline]
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, |out| out.extend_from_slice(if value { b"true" } else { b"false" }));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, |out| write_f64(out, value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut rendered = Vec::new();
        write_exception(&mut rendered, value, None, None);
        redact_exception(&mut rendered, 0, self.redaction);
        self.set_exception(field, &rendered);
    }

    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut exception = None;
        let redaction = self.redaction;
        self.set(field, |out| {
            let start = out.len();
            match write_debug(out, value) {
                Captured::Text => redact_string(out, start, redaction),
                Captured::Json => redact_json(out, start, redaction),
                Captured::Exception => {
                    redact_exception(out, start, redaction);
                    exception = Some(out.split_off(start));
                    out.extend_from_slice(b"null");
                }
            }
        });
        if let Some(rendered) = exception {
            if let FieldKind::Member(key) = self.callsite.kind(field) {
                self.members.remove(key);
            }
            self.set_exception(field, &rendered);
        }
    }
}
