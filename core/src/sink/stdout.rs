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
        static STDOUT: OnceLock<WriterSink<Box<dyn Write + Send>>> = OnceLock::new();
        STDOUT.get_or_init(|| WriterSink::new(unbuffered_stdout())).write_line(line);
    }
}

#[cfg(unix)]
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    use std::{fs::File, os::fd::AsFd};

    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(stdout) => Box::new(File::from(stdout)),
        // Lambda picks that up as well, and the standard library's buffer for lines would be 7 kB more.
        Err(_) => Box::new(io::stderr()),
    }
}

#[cfg(not(unix))]
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// Writes one line about the toolkit itself to stderr, where it can't be taken for the function's own.
pub fn warn_on_stderr(message: impl fmt::Display) {
    write_on_stderr(format_args!("{message}\n"));
}

fn write_on_stderr(line: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(line);
}
