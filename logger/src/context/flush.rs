use std::fmt;

use powertools_core::Invocation;
use tracing::Level;

use super::{LogState, buffers::Buffer};
use crate::{
    pipeline::Pipeline,
    subscriber::{Origin, Scratch},
};

/// The target of lines about the buffer itself.
const NOTE_TARGET: &str = "powertools_logger::logger";

/// Writes the lines that one logger keeps back for `invocation`.
pub(crate) fn flush_of(pipeline: &Pipeline, invocation: &Invocation) {
    let mut buffers = LogState::of(invocation).buffers();
    let taken = buffers.take_of(pipeline);
    // The sink may be a user's code, and log.
    drop(buffers);
    write(&taken, invocation);
}

/// Writes what `invocation` keeps back.
pub(crate) fn flush(invocation: &Invocation) {
    let taken = LogState::of(invocation).buffers().take();
    taken.iter().for_each(|buffer| write(buffer, invocation));
}

/// Writes what `invocation` keeps back, and lets further lines through.
#[cfg(feature = "lambda-runtime")]
pub(crate) fn flush_for_good(invocation: &Invocation) {
    LogState::of(invocation).buffers().close();
    flush(invocation);
}

/// Drops what `invocation` keeps back, and lets further lines through.
#[cfg(feature = "lambda-runtime")]
pub(crate) fn close_buffers(invocation: &Invocation) {
    let mut buffers = LogState::of(invocation).buffers();
    buffers.clear();
    buffers.close();
}

/// Writes, now, what the current invocation keeps back; see [`Buffering`](crate::Buffering).
pub fn flush_buffer() {
    if let Some(invocation) = Invocation::current() {
        flush(&invocation);
    }
}

/// Drops what the current invocation keeps back; see [`Buffering`](crate::Buffering).
pub fn clear_buffer() {
    if let Some(invocation) = Invocation::current() {
        LogState::of(&invocation).buffers().clear();
    }
}

/// Writes the lines, and first a WARN line if some had to go.
fn write(buffer: &Buffer, invocation: &Invocation) {
    let pipeline = &buffer.pipeline;
    if buffer.evicted > 0 {
        let evicted = buffer.evicted;
        pipeline.write_note(
            invocation,
            format_args!("{evicted} older buffered lines are missing: the buffer was full"),
        );
    }
    buffer.lines.iter().for_each(|line| pipeline.write(line));
}

impl Pipeline {
    /// Writes a WARN line of the logger itself, at once and past the subscriber that may be calling.
    fn write_note(&self, invocation: &Invocation, message: fmt::Arguments<'_>) {
        let origin = Origin {
            level: Level::WARN,
            target: NOTE_TARGET,
            module_path: None,
            line: None,
            location: NOTE_TARGET.as_bytes().into(),
        };
        Scratch::with(|scratch| {
            scratch.take_message(&message.to_string());
            self.take_keys(invocation, LogState::of(invocation), scratch);
            scratch.render(&origin, Some(invocation), self.settings().clock.now(), self.settings());
            self.write(&scratch.line);
        });
    }
}
