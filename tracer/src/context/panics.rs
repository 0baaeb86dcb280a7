//! What is known of a panic while it goes through the spans of its thread.

use std::cell::Cell;

use powertools_core::{PANIC, SpanId, json::write_text_exception};

use super::Traced;
use crate::model::SpanBuffer;

/// A panic, as its event described it.
struct Panic {
    /// The joined parts of its error.
    parts: Vec<u8>,
    location: String,
    /// The span that has it already.
    span: Option<SpanId>,
}

thread_local! {
    // A panic unwinds the thread that it came up on, and a later one takes its place.
    static LATEST: Cell<Option<Box<Panic>>> = const { Cell::new(None) };
}

/// Remembers a panic that was recorded in a span.
#[cold]
pub(crate) fn remember(span: &Traced, location: &str, parts: Vec<u8>) {
    let panic = Panic { parts, location: location.to_owned(), span: span.id() };
    let _ = LATEST.try_with(|latest| latest.set(Some(Box::new(panic))));
}

/// Makes a span a fault because of the panic that goes through it; of a panic without an event it says `otherwise`.
#[cold]
pub(crate) fn record(span: &Traced, otherwise: &str) {
    let latest = LATEST.try_with(Cell::take).ok().flatten();
    match &latest {
        Some(panic) if panic.span == span.id() => span.add(SpanBuffer::set_fault),
        Some(panic) => {
            span.fail_at(&panic.location, None, |out| out.extend_from_slice(&panic.parts));
        }
        None if span.has_error() => span.add(SpanBuffer::set_fault),
        None => span.fail(None, |out| write_text_exception(out, PANIC, otherwise, None)),
    }
    let _ = LATEST.try_with(|kept| kept.set(latest));
}

/// Forgets the panic, which the handler's span is the last to see.
#[cold]
pub(crate) fn forget() {
    let _ = LATEST.try_with(Cell::take);
}
