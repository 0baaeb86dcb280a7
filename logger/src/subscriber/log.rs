//! From an event that was taken apart to its line: written, kept back, or dropped.

use powertools_core::{Invocation, PANIC_TARGET, note_panic_shown};
use tracing::{Level, Metadata};

use super::{Origin, Scratch};
use crate::{
    context::{LogState, flush_of},
    pipeline::Pipeline,
    targets::HANDLER_TARGET,
};

/// Where `lambda_runtime` reports what its handler returned or how it panicked.
const RUNTIME_FAILURES: &str = "lambda_runtime::layers::panic";

impl Pipeline {
    /// Writes or keeps back the line of an event that `scratch` has taken.
    pub(super) fn log(
        &self,
        origin: &Origin<'_>,
        invocation: Option<&Invocation>,
        scratch: &mut Scratch,
    ) {
        match invocation {
            Some(invocation) => self.take_keys(invocation, LogState::of(invocation), scratch),
            None => scratch.take_section(&self.settings().persistent, &self.settings().reserved),
        }
        scratch.render(origin, invocation, self.settings().clock.now(), self.settings());
        if !self.keep_back(origin.level, invocation, &scratch.line) {
            self.write(&scratch.line);
        }
        if origin.level == Level::ERROR {
            self.note_failure(origin.target, invocation);
        }
    }

    /// Notes that the details of a failure are in a line; see [`Pipeline::knows_failure`].
    fn note_failure(&self, target: &str, invocation: Option<&Invocation>) {
        match target {
            PANIC_TARGET => {
                if self.settings().sink.is_shown() {
                    note_panic_shown();
                }
                invocation.into_iter().for_each(|it| LogState::of(it).note_panic());
            }
            HANDLER_TARGET => invocation.into_iter().for_each(|it| LogState::of(it).note_error()),
            _ => {}
        }
    }

    /// Keeps the line back if it is to be buffered; an ERROR line writes what was kept before.
    fn keep_back(&self, level: Level, invocation: Option<&Invocation>, line: &[u8]) -> bool {
        let (Some(buffering), Some(invocation)) = (self.settings().buffering, invocation) else {
            return false;
        };
        if level == Level::ERROR {
            if buffering.flush_on_error {
                flush_of(self, invocation);
            }
            return false;
        }
        // `tracing` orders levels by verbosity: more verbose is greater.
        level >= buffering.level
            && !self.is_sampled(invocation)
            && LogState::of(invocation).buffers().push(self, line, buffering.max_bytes)
    }

    /// Tells whether `lambda_runtime` is about to repeat a failure that was logged with its details.
    pub(super) fn knows_failure(
        &self,
        metadata: &Metadata<'_>,
        invocation: Option<&Invocation>,
    ) -> bool {
        if *metadata.level() != Level::ERROR || metadata.target() != RUNTIME_FAILURES {
            return false;
        }
        let Some(state) = invocation.map(LogState::of) else {
            return false;
        };
        // Of its two reports only that of a panic has a field; a panic that was caught before comes as the other.
        let is_panic = metadata.fields().field("error").is_some();
        state.panic_logged() || (!is_panic && state.error_logged())
    }
}
