use std::{cell::Cell, iter};

use powertools_core::{
    INVOCATION_TARGET, Invocation, SpanId, TimestampFormatter,
    json::{ExceptionParts, write_string},
};
use tracing::{Event, Subscriber};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::{
    callsite::{Callsite, Callsites},
    fields::{EventParts, FieldVisitor},
    spans::SpanStore,
};
use crate::{
    config::Settings,
    model::{Members, Names},
    output::{ExceptionRecord, Object},
};
#[cfg(feature = "log")]
use crate::{
    model::{Key, set_visible},
    subscriber::callsite::is_log_bridge,
};

/// What one huge line may leave behind.
const KEPT_BYTES: usize = 64 * 1024;

/// The buffers that lines are made in; each thread reuses its own.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) line: Vec<u8>,
    /// The message, as JSON.
    pub(crate) message: Vec<u8>,
    /// The place that the event itself names, as JSON; empty for nearly all.
    pub(crate) location: Vec<u8>,
    exception: Vec<u8>,
    /// The user's members, section by section from the innermost to the outermost.
    pub(crate) members: Members,
    /// Where each section ends in `members`.
    pub(crate) sections: Vec<usize>,
    /// How many members the last section has: what a line is about, and keeps when it is cut.
    pub(crate) outermost: usize,
    /// The id that a tracer gave the span of the event.
    pub(crate) span_id: Option<SpanId>,
    pub(crate) time: TimestampFormatter,
    pub(super) callsites: Callsites,
}

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

impl Scratch {
    /// Lends this thread's buffers to `f`.
    ///
    /// A `Debug` implementation may log while its value is being logged: the inner event finds the
    /// buffers taken and makes its own. So does an event while the thread ends.
    pub(crate) fn with<R>(f: impl FnOnce(&mut Self) -> R) -> R {
        let mut scratch = Self::take();
        let result = f(&mut scratch);
        scratch.give_back();
        result
    }

    // The buffers are moved out of the cell instead of borrowed: a `RefCell` would have to fail or panic for the event
    // that a `Debug` logs meanwhile.
    fn take() -> Box<Self> {
        let mut scratch = SCRATCH.try_with(Cell::take).ok().flatten().unwrap_or_default();
        scratch.clear();
        scratch
    }

    fn give_back(mut self: Box<Self>) {
        self.shrink();
        let _ = SCRATCH.try_with(|cell| cell.set(Some(self)));
    }

    /// Takes the message, the fields and the error of an event: the innermost section.
    pub(super) fn take_event(
        &mut self,
        event: &Event<'_>,
        callsite: &Callsite,
        settings: &Settings,
    ) {
        let parts = EventParts {
            message: &mut self.message,
            location: &mut self.location,
            exception: &mut self.exception,
        };
        let fields = &settings.fields;
        let members = &mut self.members;
        event.record(&mut FieldVisitor::event(members, callsite, fields.redaction(), parts));
        #[cfg(feature = "log")]
        if is_log_bridge(event.metadata()) {
            self.take_key_values(settings);
        }
        if let Some(parts) = ExceptionParts::split(&self.exception) {
            let mut object = Object::members(&mut self.members, fields);
            settings.formatter.exception(&ExceptionRecord(parts), &mut object);
        }
        self.end_section();
    }

    /// Takes the key-values of a record of the `log` crate.
    #[cfg(feature = "log")]
    #[cold]
    fn take_key_values(&mut self, settings: &Settings) {
        let (rules, reserved) = (&settings.fields, &settings.reserved);
        crate::log_bridge::for_each_key_value(|name, json| {
            let key = Key::new(name, reserved);
            set_visible(&mut self.members, name, &key, rules, |out| out.extend_from_slice(json));
        });
    }

    /// Takes the fields of the spans around an event, a section each; returns the invocation that they
    /// descend from.
    pub(super) fn take_spans<'a, S>(
        &mut self,
        innermost: Option<SpanRef<'a, S>>,
        spans: &SpanStore,
        settings: &Settings,
    ) -> Option<Invocation>
    where
        S: Subscriber + LookupSpan<'a>,
    {
        let mut invocation = None;
        // From the innermost span outwards, because an inner value wins: a key that is taken already is left out of the
        // sections that follow. The nearest invocation wins for the same reason.
        // Not `event_scope`, which would look the innermost span up twice.
        for span in iter::successors(innermost, SpanRef::parent) {
            if span.metadata().target() != INVOCATION_TARGET {
                spans.look(&span, &settings.reserved, |fields, reserved| {
                    self.take_section(fields, reserved);
                });
            } else if invocation.is_none() {
                invocation = Invocation::in_span(&span);
            }
        }
        invocation
    }

    /// Takes members that lie around all that was taken before.
    #[inline]
    pub(crate) fn take_section(&mut self, members: &Members, reserved: &Names) {
        if !members.is_empty() {
            let before = self.members.count();
            self.members.extend_with_outer(members, reserved);
            self.outermost = self.members.count() - before;
            self.end_section();
        }
    }

    /// Takes a message that comes from no event.
    pub(crate) fn take_message(&mut self, message: &str) {
        self.set_message(message);
        self.end_section();
    }

    /// Replaces the message.
    pub(crate) fn set_message(&mut self, message: &str) {
        self.message.clear();
        write_string(&mut self.message, message);
    }

    fn end_section(&mut self) {
        self.sections.push(self.members.len());
    }

    fn clear(&mut self) {
        self.line.clear();
        self.message.clear();
        self.location.clear();
        self.exception.clear();
        self.members.clear();
        self.sections.clear();
        self.outermost = 0;
        self.span_id = None;
    }

    fn shrink(&mut self) {
        if self.line.capacity() > KEPT_BYTES || self.members.len() > KEPT_BYTES {
            self.clear();
            self.line.shrink_to(KEPT_BYTES);
            self.message.shrink_to(KEPT_BYTES);
            self.exception.shrink_to(KEPT_BYTES);
            self.members.shrink(KEPT_BYTES);
        }
    }
}
