use std::collections::VecDeque;

use powertools_core::Invocation;
use tracing::Level;

use crate::{logger::Logger, state::LogState};

/// Keeps an invocation's lines back until something goes wrong; off unless configured.
///
/// Lines at this level and below are kept for their invocation instead of written. They are written,
/// in order and before the line that caused it, on an ERROR event, on
/// [`flush_buffer`](crate::flush_buffer), and shortly before the deadline; with
/// [`handler_layer`](crate::Logger::handler_layer) also on a handler's error or panic. An invocation
/// that ends well drops them. ERROR lines, lines outside an invocation, lines of a sampled invocation
/// and lines after the end are never kept back.
///
/// A level below the configured one is captured too: `LOG_LEVEL=INFO` with the default buffering
/// keeps DEBUG lines. Targets with a level of their own keep it, and so do `hyper`, `hyper_util`, `h2`,
/// `rustls` and AWS's SDK.
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

    /// Sets the most severe level that is kept back, WARN at most.
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

/// What one invocation keeps back.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// One a logger.
    buffers: Vec<Buffer>,
    /// Whether lines are let through, because nobody would come to write them.
    closed: bool,
}

/// The lines of one logger.
#[derive(Debug)]
struct Buffer {
    logger: Logger,
    lines: VecDeque<Box<[u8]>>,
    bytes: usize,
    evicted: usize,
}

impl Buffers {
    /// Keeps a line; refuses one that is larger than all the room there is, and any once closed.
    pub(crate) fn push(&mut self, logger: &Logger, line: &[u8], max_bytes: usize) -> bool {
        if self.closed || line.len() > max_bytes {
            return false;
        }
        self.of(logger).push(line, max_bytes);
        true
    }

    fn of(&mut self, logger: &Logger) -> &mut Buffer {
        let at = self.buffers.iter().position(|buffer| buffer.logger.id() == logger.id());
        let at = at.unwrap_or_else(|| {
            self.buffers.push(Buffer::new(logger));
            self.buffers.len() - 1
        });
        &mut self.buffers[at]
    }
}

impl Buffer {
    fn new(logger: &Logger) -> Self {
        Self { logger: logger.clone(), lines: VecDeque::new(), bytes: 0, evicted: 0 }
    }

    /// Keeps a line, at the cost of the oldest ones.
    fn push(&mut self, line: &[u8], max_bytes: usize) {
        while self.bytes + line.len() > max_bytes
            && let Some(oldest) = self.lines.pop_front()
        {
            self.bytes -= oldest.len();
            self.evicted += 1;
        }
        self.bytes += line.len();
        self.lines.push_back(line.into());
    }

    /// Writes the lines, and first a WARN line if some had to go.
    fn write(&self, invocation: &Invocation) {
        if self.evicted > 0 {
            let evicted = self.evicted;
            self.logger.write_note(
                invocation,
                format_args!("{evicted} older buffered lines are missing: the buffer was full"),
            );
        }
        self.lines.iter().for_each(|line| self.logger.write(line));
    }
}

/// Writes what `logger` keeps back for `invocation`.
pub(crate) fn flush_of(logger: &Logger, invocation: &Invocation) {
    let mut buffers = LogState::of(invocation).buffers();
    let taken = std::mem::replace(buffers.of(logger), Buffer::new(logger));
    // Writing is somebody else's code.
    drop(buffers);
    taken.write(invocation);
}

/// Writes what `invocation` keeps back.
pub(crate) fn flush(invocation: &Invocation) {
    let taken = std::mem::take(&mut LogState::of(invocation).buffers().buffers);
    taken.iter().for_each(|buffer| buffer.write(invocation));
}

/// Writes what `invocation` keeps back, and lets further lines through.
#[cfg(feature = "lambda-runtime")]
pub(crate) fn flush_for_good(invocation: &Invocation) {
    LogState::of(invocation).buffers().closed = true;
    flush(invocation);
}

/// Drops what `invocation` keeps back, and lets further lines through.
#[cfg(feature = "lambda-runtime")]
pub(crate) fn close(invocation: &Invocation) {
    *LogState::of(invocation).buffers() = Buffers { buffers: Vec::new(), closed: true };
}

/// Writes, now, what the current invocation keeps back; see [`Buffering`].
pub fn flush_buffer() {
    if let Some(invocation) = Invocation::current() {
        flush(&invocation);
    }
}

/// Drops what the current invocation keeps back; see [`Buffering`].
pub fn clear_buffer() {
    if let Some(invocation) = Invocation::current() {
        LogState::of(&invocation).buffers().buffers.clear();
    }
}
