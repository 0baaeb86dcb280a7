use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

mod memory;
mod stdout;
mod writer;

pub use memory::MemorySink;
pub use stdout::{StdoutSink, warn_on_stderr};
pub use writer::WriterSink;

/// The destination of finished lines.
///
/// A line ends with a line feed. Implementations must keep each line whole if several threads write, and must not
/// report failures, because observability must never fail the function.
pub trait LineSink: Send + Sync + 'static {
    /// Writes one line.
    fn write_line(&self, line: &[u8]);

    /// Returns whether people read the lines; if only a test does, a panic is printed to stderr as well.
    fn is_shown(&self) -> bool {
        true
    }
}

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// Writes a line to `sink`; all utilities write their lines with this function.
///
/// If the writer of a sink logs or panics, this function is called again on the same thread, where it would find the
/// lock of the sink taken, or recurse without end. Such an inner line goes to stderr.
pub fn write_line(sink: &dyn LineSink, line: &[u8]) {
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            WRITING.set(false);
        }
    }
    if WRITING.replace(true) {
        warn_on_stderr(String::from_utf8_lossy(line).trim_end());
    } else {
        let _done = Done;
        // A sink that panics must not fail the function.
        let _ = catch_unwind(AssertUnwindSafe(|| sink.write_line(line)));
    }
}

impl<S: LineSink + ?Sized> LineSink for Arc<S> {
    fn write_line(&self, line: &[u8]) {
        (**self).write_line(line);
    }

    fn is_shown(&self) -> bool {
        (**self).is_shown()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panicking_sink_does_not_affect_the_caller() {
        struct Broken;
        impl LineSink for Broken {
            fn write_line(&self, _: &[u8]) {
                std::panic::resume_unwind(Box::new("on purpose"));
            }
        }
        write_line(&Broken, b"lost\n");
        let lines = MemorySink::new();
        write_line(&lines, b"kept\n");
        assert_eq!(lines.lines(), ["kept"]);
    }

    #[test]
    fn reentrant_sink_is_not_entered_twice() {
        struct Chatty(MemorySink);
        impl LineSink for Chatty {
            fn write_line(&self, line: &[u8]) {
                write_line(self, b"inner\n");
                self.0.write_line(line);
            }
        }
        let lines = MemorySink::new();
        let sink = Chatty(lines.clone());
        write_line(&sink, b"first\n");
        write_line(&sink, b"second\n");
        assert_eq!(lines.lines(), ["first", "second"]);
    }
}
