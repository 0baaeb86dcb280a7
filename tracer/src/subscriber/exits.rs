use std::cell::Cell;

use powertools_core::Invocation;
use tracing::{Subscriber, span::Id};
use tracing_subscriber::{layer::Context, registry::LookupSpan};

thread_local! {
    /// The span that this thread left last; 0 if what left it was not the code that had opened it.
    static LAST: Cell<u64> = const { Cell::new(0) };
}

/// When the code that a span was opened for was left.
///
/// `tracing` closes a span when nobody holds it any longer, and a task that was spawned with
/// `.in_current_span()` holds it. A layer does not learn of handles, only of exits, so two things are told from
/// them. Which exits are those of the code itself: the code runs inside the handler, where the scope of the
/// invocation is open, and a task does not. And whether a future has returned: `Instrumented` enters the span
/// once more to drop it, so that the same span is left twice in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exits {
    /// Nanoseconds since 1970 of the last one; 0 before the first.
    last: u64,
    /// Whether there were two in a row at last.
    is_double: bool,
    /// Whether the span was opened outside the handler, in a task; there, its code is what runs inside its parent.
    is_in_task: bool,
}

impl Exits {
    #[inline]
    pub(super) fn new() -> Self {
        Self { last: 0, is_double: false, is_in_task: !Invocation::is_any_in_scope() }
    }

    #[inline]
    pub(super) fn add(&mut self, now: u64, is_double: bool) {
        (self.last, self.is_double) = (now, is_double);
    }

    #[inline]
    pub(super) fn is_in_task(&self) -> bool {
        self.is_in_task
    }

    /// Returns when the function of a span that is still held returned, as far as that is certain enough.
    ///
    /// What ran in the handler has returned when the invocation is over, however it was left.
    pub(super) fn returned_at(&self, is_closed: bool) -> Option<u64> {
        let has_returned = self.is_double || is_closed && !self.is_in_task;
        Some(self.last).filter(|last| *last > 0 && has_returned)
    }

    /// Returns when a span ended that closes; `None` if it ends now.
    ///
    /// One that is closed by the code itself, after it did other things than in the span, ends now.
    #[inline]
    pub(super) fn end(&self, id: &Id, is_closed_by_its_code: impl FnOnce() -> bool) -> Option<u64> {
        if self.last == 0 {
            return None;
        }
        let was_left_last = || LAST.try_with(Cell::get) == Ok(id.into_u64());
        let is_over = self.is_double || was_left_last() || !is_closed_by_its_code();
        is_over.then_some(self.last)
    }
}

/// Notes that a span was left; returns whether the same span was left before it on this thread.
#[inline]
pub(super) fn note(id: &Id) -> bool {
    LAST.try_with(|last| last.replace(id.into_u64())) == Ok(id.into_u64())
}

/// Notes that something else than its code left the span.
pub(super) fn note_other() {
    let _ = LAST.try_with(|last| last.set(0));
}

/// Returns whether this thread runs the code around a span that was opened in a task: its parent is the current
/// span.
pub(super) fn is_inside_parent<S>(id: &Id, cx: &Context<'_, S>) -> bool
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let parent = || cx.span(id)?.parent().map(|parent| parent.id());
    cx.current_span().id().is_some_and(|current| Some(current) == parent().as_ref())
}
