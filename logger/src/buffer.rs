use std::collections::VecDeque;

use powertools_core::Invocation;
use tracing::Level;

use crate::{logger::Logger, state::LogState};

/// Keeps an invocation's lines back until something goes wrong; off unless configured.
///
/// Lines at this level and below are kept for their invocation instead of written. They are written,
/// in order and before the line that caused it, on an ERROR event, on a handler's error or panic, on
/// [`flush_buffer`](crate::flush_buffer), and shortly before the deadline; an invocation that ends
/// well drops them. Lines outside an invocation are never kept back.
///
/// A level below the configured one is captured too: `LOG_LEVEL=INFO` with the default buffering
/// keeps DEBUG lines. Targets with a level of their own keep it, and so do `hyper`, `hyper_util`, `h2`
/// and `rustls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Buffering {
    pub(crate) level: Level,
    pub(crate) max_bytes: usize,
    pub(crate) flush_on_error: bool,
}

impl Buffering {
    /// Keeps DEBUG lines and below, up to 20,480 bytes an invocation, and writes them on ERROR events.
    pub const fn new() -> Self {
        Self { level: Level::DEBUG, max_bytes: 20_480, flush_on_error: true }
    }

    /// Sets the most severe level that is kept back.
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Sets how many bytes an invocation may keep; the oldest lines go first, and a WARN line says so.
    pub const fn max_bytes(mut self, max: usize) -> Self {
        self.max_bytes = max;
        self
    }

    /// Sets whether an ERROR event writes what is kept.
    pub const fn flush_on_error(mut self, flush: bool) -> Self {
        self.flush_on_error = flush;
        self
    }
}

impl Default for Buffering {
    fn default() -> Self {
        Self::new()
    }
}

/// The lines that one invocation keeps back, each with the logger that made it.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    lines: VecDeque<(Logger, Box<[u8]>)>,
    bytes: usize,
    evicted: usize,
}

impl Buffer {
    /// Keeps a line, at the cost of the oldest ones; refuses one that is larger than all the room there is.
    pub(crate) fn push(&mut self, logger: &Logger, line: &[u8], max_bytes: usize) -> bool {
        if line.len() > max_bytes {
            return false;
        }
        while self.bytes + line.len() > max_bytes
            && let Some((_, oldest)) = self.lines.pop_front()
        {
            self.bytes -= oldest.len();
            self.evicted += 1;
        }
        self.bytes += line.len();
        self.lines.push_back((logger.clone(), line.into()));
        true
    }
}

/// Writes what `invocation` has kept back, and first a WARN line if some of it had to go.
pub(crate) fn flush(invocation: &Invocation) {
    let taken = std::mem::take(&mut *LogState::of(invocation).buffer());
    if let (1.., Some((logger, _))) = (taken.evicted, taken.lines.front()) {
        let evicted = taken.evicted;
        logger.write_note(
            invocation,
            format_args!("{evicted} older buffered lines are missing: the buffer was full"),
        );
    }
    taken.lines.iter().for_each(|(logger, line)| logger.write(line));
}

/// Drops what `invocation` has kept back.
pub(crate) fn clear(invocation: &Invocation) {
    std::mem::take(&mut *LogState::of(invocation).buffer());
}

/// Writes, now, what the current invocation has kept back; see [`Buffering`].
pub fn flush_buffer() {
    if let Some(invocation) = Invocation::current() {
        flush(&invocation);
    }
}

/// Drops what the current invocation has kept back; see [`Buffering`].
pub fn clear_buffer() {
    if let Some(invocation) = Invocation::current() {
        clear(&invocation);
    }
}
