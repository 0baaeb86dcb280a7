use std::{
    fmt,
    io::{self, Write},
    sync::OnceLock,
};

use super::{LineSink, WriterSink};

/// Writes lines to the standard output of the process, which Lambda forwards to CloudWatch.
///
/// Each line is a single `write` that bypasses the line buffer of the standard library.
#[derive(Clone, Copy, Debug, Default)]
pub struct StdoutSink;

impl LineSink for StdoutSink {
    fn write_line(&self, line: &[u8]) {
        // All utilities share one lock, so that their lines do not interleave.
        static STDOUT: OnceLock<Option<WriterSink<Unbuffered>>> = OnceLock::new();
        match STDOUT.get_or_init(|| unbuffered_stdout().map(WriterSink::new)) {
            Some(stdout) => stdout.write_line(line),
            // Lambda forwards stderr as well, and using `std::io::stdout` would add 7 kB to the binary.
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

/// Writes a line about the toolkit itself to stderr, so that it is not mistaken for output of the function.
pub fn warn_on_stderr(message: impl fmt::Display) {
    write_on_stderr(format_args!("{message}\n"));
}

fn write_on_stderr(line: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(line);
}
