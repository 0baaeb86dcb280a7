use std::sync::Arc;

mod memory;
mod stdout;
mod writer;

pub use memory::MemorySink;
pub use stdout::{StdoutSink, warn_on_stderr};
pub use writer::WriterSink;

/// Takes finished lines.
///
/// `line` ends in its only unescaped line feed. Implementations keep each line whole while several
/// threads write, and swallow failures: what observes a function must never fail it.
pub trait LineSink: Send + Sync + 'static {
    /// Writes one line.
    fn write_line(&self, line: &[u8]);
}

impl<S: LineSink + ?Sized> LineSink for Arc<S> {
    fn write_line(&self, line: &[u8]) {
        (**self).write_line(line);
    }
}
