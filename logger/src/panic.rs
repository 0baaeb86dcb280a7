//! Panics as log lines.

use std::{
    backtrace::Backtrace,
    cell::Cell,
    fmt::{self, Debug},
    panic::PanicHookInfo,
};

use crate::{
    json::{Capture, write_text_exception},
    targets::PANIC_TARGET,
};

/// Logs each panic as one ERROR line with its message, place and, if captured, backtrace.
///
/// The hook that was there before is only called where no logger writes the line: std's own writes
/// several lines of text to stderr, which CloudWatch shows as so many events without level or request
/// id. [`init`](crate::init) calls this; who installs the logger another way may.
///
/// The line's `location` is the panic's, its `exception_name` is `panic`; a backtrace is captured as
/// `RUST_BACKTRACE` says.
pub fn install_panic_hook() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        WRITTEN.set(false);
        log_panic(info);
        if !WRITTEN.get() {
            previous(info);
        }
    }));
}

thread_local! {
    static WRITTEN: Cell<bool> = const { Cell::new(false) };
}

/// Notes that a logger has written the line of a panic on this thread.
pub(crate) fn note_written() {
    WRITTEN.set(true);
}

fn log_panic(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload.downcast_ref::<&str>().copied();
    let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("panic without a message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let panic = Panic { message, backtrace: &backtrace };
    tracing::error!(
        target: PANIC_TARGET,
        location = place,
        error = tracing::field::debug(panic),
        "panicked"
    );
}

struct Panic<'a> {
    message: &'a str,
    backtrace: &'a Backtrace,
}

impl Debug for Panic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Capture::accept() {
            Some(capture) => {
                let mut parts = Vec::new();
                write_text_exception(&mut parts, "panic", self.message, Some(self.backtrace));
                capture.exception(f, &parts)
            }
            None => f.write_str(self.message),
        }
    }
}
