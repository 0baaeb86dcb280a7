use std::{
    fmt,
    io::{self, Write},
    sync::OnceLock,
};

use super::{LineSink, WriterSink};

/// Writes lines to the process's standard output, where Lambda picks them up.
///
/// Each line is one `write`, past the standard library's line buffer.
#[derive(Clone, Copy, Debug, Default)]
pub struct StdoutSink;

impl LineSink for StdoutSink {
    fn write_line(&self, line: &[u8]) {
        // One lock for the process, so that lines of different utilities don't tear each other.
        static STDOUT: OnceLock<Option<WriterSink<Unbuffered>>> = OnceLock::new();
        match STDOUT.get_or_init(|| unbuffered_stdout().map(WriterSink::new)) {
            Some(stdout) => stdout.write_line(line),
            // Lambda picks that up as well; the standard library's own stdout would be 7 kB more.
            None => warn_on_stderr(String::from_utf8_lossy(line).trim_end()),
        }
    }
}

#[cfg(unix)]
type Unbuffered = std::fs::File;

#[cfg(unix)]
fn unbuffered_stdout() -> Option<Unbuffered> {
    use std::os::fd::AsFd;

    io::stdout().as_fd().try_clone_to_owned().ok().map(Unbuffered::from)
}

#[cfg(not(unix))]
type Unbuffered = io::Stdout;

#[cfg(not(unix))]
fn unbuffered_stdout() -> Option<Unbuffered> {
    Some(io::stdout())
}

/// Writes one line about the toolkit itself to stderr, where it can't be taken for the function's own.
pub fn warn_on_stderr(message: impl fmt::Display) {
    write_on_stderr(format_args!("{message}\n"));
}

fn write_on_stderr(line: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(line);
}
