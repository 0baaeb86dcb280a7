use std::cell::Cell;

use powertools_core::json::{ExceptionParts, write_string, write_text_exception};
use tracing::Metadata;

use super::{
    Kind, SpanError,
    item::{Item, Key, Purpose, Scalar, Text},
};
use crate::config::Capture;

/// The longest value that a span carries, in bytes.
const LONGEST_VALUE: usize = 16 * 1024;

/// What one huge value may leave behind.
const KEPT_BYTES: usize = 64 * 1024;

/// The key of an error that is the description of a span's status.
pub(crate) const STATUS_DESCRIPTION: &str = "status_description";

/// What is said of how a span went; OpenTelemetry has the first and the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    FaultUnlessOk,
    Fault,
}

/// What was rendered for a span, before any lock is taken: a value's `Debug` may log.
#[derive(Debug, Default)]
pub(crate) struct SpanBuffer {
    pub(super) text: String,
    pub(super) items: Vec<Item>,
    /// The name that a field gives the span.
    pub(super) name: Option<Text>,
    pub(super) kind: Option<Kind>,
    pub(super) status: Option<Status>,
    /// How much was left out before it came here.
    pub(super) dropped: u32,
    json: Vec<u8>,
}

thread_local! {
    static DRAFT: Cell<Option<Box<SpanBuffer>>> = const { Cell::new(None) };
}

impl SpanBuffer {
    /// Lends this thread's buffer, empty, to `f`; a nested call, from a `Debug` that opens a span, gets another one.
    pub(crate) fn with<R>(f: impl FnOnce(&mut Self) -> R) -> R {
        let mut buffer = Self::lend();
        let result = f(&mut buffer);
        Self::take_back(buffer);
        result
    }

    fn lend() -> Box<Self> {
        let mut buffer = DRAFT.try_with(Cell::take).ok().flatten().unwrap_or_default();
        buffer.clear();
        buffer
    }

    fn take_back(mut buffer: Box<Self>) {
        buffer.text.shrink_to(KEPT_BYTES);
        buffer.json.shrink_to(KEPT_BYTES);
        let _ = DRAFT.try_with(|cell| cell.set(Some(buffer)));
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        self.name = Some(self.push_text(name));
    }

    pub(crate) fn set_kind(&mut self, kind: Kind) {
        self.kind = Some(kind);
    }

    /// Makes the span a fault, whatever was said of it before.
    pub(crate) fn set_fault(&mut self) {
        self.status = Some(Status::Fault);
    }

    /// Marks the span as successful: errors that are logged in it are none of its own.
    pub(crate) fn set_ok(&mut self) {
        self.status = Some(Status::Ok);
    }

    /// Makes the span a fault, unless it is marked as successful.
    pub(crate) fn set_fault_unless_ok(&mut self) {
        self.status.get_or_insert(Status::FaultUnlessOk);
    }

    /// Counts what there was more of than is kept.
    #[cfg_attr(not(feature = "triggers"), expect(dead_code, reason = "said of messages"))]
    pub(crate) fn leave_out(&mut self, count: u32) {
        self.dropped = self.dropped.saturating_add(count);
    }

    pub(crate) fn text(&mut self, purpose: Purpose, key: Key, value: &str) {
        let value = Scalar::Text(self.push_text(value));
        self.scalar(purpose, key, value);
    }

    pub(crate) fn scalar(&mut self, purpose: Purpose, key: Key, value: Scalar) {
        self.items.push(Item { purpose, key, value });
    }

    /// Takes the JSON that `write` writes; returns what `write` returns.
    pub(crate) fn json<R>(
        &mut self,
        purpose: Purpose,
        key: Key,
        write: impl FnOnce(&mut Vec<u8>) -> R,
    ) -> R {
        // `write` may run a user's code that comes back for a buffer: this one is lent, so it gets another.
        let mut json = std::mem::take(&mut self.json);
        json.clear();
        let result = write(&mut json);
        let value = self.push_json(&json);
        self.scalar(purpose, key, value);
        self.json = json;
        result
    }

    /// Takes the error that `write` writes, joined, as far as errors may be known: the span is a fault.
    ///
    /// Its place is `location`, or if that is empty where it was logged.
    pub(crate) fn error(
        &mut self,
        location: &str,
        logged_at: Option<&'static Metadata<'static>>,
        capture: Capture<'_>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        self.cause(location, logged_at, capture, write);
        self.set_fault_unless_ok();
    }

    /// Takes the error that `write` writes, joined, as far as errors may be known; whether the span is a fault is
    /// left open.
    pub(crate) fn cause(
        &mut self,
        location: &str,
        logged_at: Option<&'static Metadata<'static>>,
        capture: Capture<'_>,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let purpose = Purpose::Error(logged_at);
        let key = if location.is_empty() { Key::Static("") } else { self.key(location) };
        self.json(purpose, key, |out| capture.write_error(out, write));
    }

    /// Makes the span a fault, and says why in the words of a field.
    pub(crate) fn describe_status(&mut self, capture: Capture<'_>, description: &str) {
        self.json(Purpose::Error(None), Key::Static(STATUS_DESCRIPTION), |out| {
            let write = |out: &mut Vec<u8>| write_text_exception(out, "Error", description, None);
            capture.write_error(out, write);
        });
        self.set_fault();
    }

    /// Turns the item that was pushed last into another kind of item.
    pub(crate) fn repurpose_last(&mut self, purpose: Purpose) {
        if let Some(last) = self.items.last_mut() {
            last.purpose = purpose;
        }
    }

    pub(crate) fn key(&mut self, key: &str) -> Key {
        Key::Own(self.push_text(key))
    }

    pub(crate) fn push_text(&mut self, text: &str) -> Text {
        Text::write(&mut self.text, |all| {
            if text.len() <= LONGEST_VALUE {
                all.push_str(text);
            } else {
                push_cut(all, text);
            }
        })
    }

    fn push_json(&mut self, json: &[u8]) -> Scalar {
        Scalar::Json(Text::write(&mut self.text, |all| match std::str::from_utf8(json) {
            Ok(json) if json.len() <= LONGEST_VALUE => all.push_str(json),
            _ => push_too_long(all, json),
        }))
    }

    fn clear(&mut self) {
        self.text.clear();
        self.items.clear();
        (self.name, self.kind, self.status, self.dropped) = (None, None, None, 0);
    }
}

/// Appends a note in place of JSON that is too long, and of an error's joined parts its type and how it begins.
#[cold]
fn push_too_long(all: &mut String, json: &[u8]) {
    /// Written with escapes, a character may take six bytes.
    const LONGEST: usize = LONGEST_VALUE / 8;
    let note = cut_note(json.len());
    let mut short = Vec::new();
    if ExceptionParts::split(json).is_some() {
        let SpanError { name, mut message, .. } = SpanError::parse(json, "", None);
        message.truncate(head(&message, LONGEST).len());
        write_text_exception(&mut short, head(&name, LONGEST), &(message + &note), None);
    } else {
        write_string(&mut short, &note);
    }
    all.push_str(&String::from_utf8_lossy(&short));
}

/// Says what was left out of a value; it needs no escapes.
pub(crate) fn cut_note(bytes: usize) -> String {
    format!("<cut: {bytes} bytes>")
}

/// Appends as much of `text` as may stay, and a note of that.
#[cold]
fn push_cut(all: &mut String, text: &str) {
    all.push_str(head(text, LONGEST_VALUE));
    all.push_str(&cut_note(text.len()));
}

/// Returns no more than so many bytes of `text`.
fn head(text: &str, longest: usize) -> &str {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
