use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use super::{LogStream, Origin};

/// CloudWatch's limit for one event, in bytes.
const MAX_LINE: usize = 1024 * 1024;

/// Writes lines to the log stream, in place of a function's stdout.
///
/// Clones share the current line. Text without a line feed is buffered until the rest of the line is written or
/// [`flush`](Write::flush) is called.
#[derive(Clone)]
pub struct LogWriter {
    log: LogStream,
    lines: Arc<Mutex<Lines>>,
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter").finish_non_exhaustive()
    }
}

impl LogWriter {
    pub(crate) fn new(log: LogStream) -> Self {
        Self { log, lines: Arc::default() }
    }
}

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self).flush()
    }
}

impl Write for &LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push(bytes, |line| self.log.write(Origin::Function, line));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.end(|line| self.log.write(Origin::Function, line));
        Ok(())
    }
}

/// Splits bytes into lines.
#[derive(Default)]
pub(crate) struct Lines {
    partial: Vec<u8>,
}

impl Lines {
    /// Adds bytes and emits the lines that they complete; blank lines are dropped.
    pub(crate) fn push(&mut self, bytes: &[u8], emit: impl FnMut(String)) {
        self.push_unless(bytes, |_| false, emit);
    }

    /// The same, but a line that `taken` takes the end of goes on.
    pub(crate) fn push_unless(
        &mut self,
        bytes: &[u8],
        mut taken: impl FnMut(&mut Vec<u8>) -> bool,
        mut emit: impl FnMut(String),
    ) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            for part in piece.chunks(MAX_LINE) {
                if self.partial.len() + part.len() > MAX_LINE {
                    self.end(&mut emit);
                }
                self.partial.extend_from_slice(part);
            }
            if self.partial.ends_with(b"\n") && !taken(&mut self.partial) {
                self.end(&mut emit);
            }
        }
    }

    /// Emits the rest, which has no line feed.
    pub(crate) fn end(&mut self, mut emit: impl FnMut(String)) {
        let line = std::mem::take(&mut self.partial);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            emit(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, MAX_LINE};

    fn cut(pieces: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut out) = (Lines::default(), Vec::new());
        for piece in pieces {
            lines.push(piece, |line| out.push(line));
        }
        lines.end(|line| out.push(line));
        out
    }

    #[test]
    fn writer_joins_chunks_and_splits_at_line_feeds() {
        assert_eq!(cut(&[b"a", b"b\nc\r\n\n", b"d"]), ["ab", "c", "d"]);
    }

    #[test]
    fn lines_over_the_limit_are_split() {
        let long = vec![b'x'; MAX_LINE + 10];
        let sizes: Vec<_> = cut(&[&long, b"\n"]).iter().map(String::len).collect();
        assert_eq!(sizes, [MAX_LINE, 10]);
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        assert_eq!(cut(&[b"a\xffb\n"]), ["a\u{fffd}b"]);
    }
}
