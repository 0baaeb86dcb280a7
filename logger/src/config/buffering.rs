use tracing::Level;

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
/// keeps DEBUG lines. Targets with their own level keep it, and so do `hyper`, `hyper_util`, `h2`,
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

    /// Sets how many bytes an invocation may keep; the oldest lines go first, and a WARN line has their number.
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
