use std::{error::Error, fmt::Debug};

use tracing::field::{Field, Visit};

use super::callsite::{Callsite, FieldKind};
use crate::json::{
    Captured, ExceptionParts, Members, write_debug, write_exception, write_f64, write_integer,
    write_string,
};

/// Writes the fields of a span or an event as members.
pub(super) struct FieldVisitor<'a> {
    members: &'a mut Members,
    callsite: &'a Callsite,
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
    pub(super) fn span(members: &'a mut Members, callsite: &'a Callsite) -> Self {
        Self { members, callsite, event: None }
    }

    pub(super) fn event(
        members: &'a mut Members,
        callsite: &'a Callsite,
        parts: EventParts<'a>,
    ) -> Self {
        Self { members, callsite, event: Some(parts) }
    }

    #[inline]
    fn set(&mut self, field: &Field, write: impl FnOnce(&mut Vec<u8>)) {
        match (self.callsite.kind(field), &mut self.event) {
            (FieldKind::Member(key), _) => self.members.set(key, write),
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
        self.set(field, |out| write_string(out, value));
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
        self.set_exception(field, &rendered);
    }

    #[inline]
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let mut exception = None;
        self.set(field, |out| {
            let start = out.len();
            if write_debug(out, value) == Captured::Exception {
                exception = Some(out.split_off(start));
                out.extend_from_slice(b"null");
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
