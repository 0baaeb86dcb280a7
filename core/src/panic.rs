//! Reports panics as events of `tracing`.

use std::{
    any::Any,
    backtrace::Backtrace,
    cell::Cell,
    fmt::{self, Debug},
    panic::PanicHookInfo,
    sync::Once,
    thread,
};

use crate::json::{Capture, write_text_exception};

/// The target of the event that a panic emits; its field `location` is where the panic occurred.
pub const PANIC_TARGET: &str = "powertools::panic";

/// The name of a panic in logs, in traces, and for Lambda.
pub const PANIC: &str = "panic";

/// Installs a panic hook that emits an ERROR event of `tracing` with the message, the location, and, if captured, the
/// backtrace of each panic; further calls have no effect.
///
/// The previous hook is called only if no logger has written the line: the default hook writes several lines of text to
/// stderr, which CloudWatch shows as separate events without level or request id. `Logger::init` and `Powertools::init`
/// call this function; call it yourself if you install a logger in another way.
///
/// The message precedes the backtrace and is never truncated because of it. `RUST_BACKTRACE` decides whether a
/// backtrace is captured. It contains the frames of your code and of libraries, and those of the standard library, the
/// runtime, and this project only if the variable is `full`.
pub fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    // `set_hook` panics on a thread that is panicking.
    if !thread::panicking() {
        INSTALLED.call_once(install);
    }
}

fn install() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        SHOWN.set(false);
        report(info);
        if !SHOWN.get() {
            previous(info);
        }
    }));
}

thread_local! {
    static SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// Notes that the line of a panic on this thread has been written to a sink that people read.
pub fn note_panic_shown() {
    SHOWN.set(true);
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let panic = Panic { message: panic_message(info.payload()), backtrace: Some(&backtrace) };
    emit(&place, &panic);
}

/// Emits the event for a panic that has not emitted one, because it was resumed or because no hook is installed.
pub fn report_panic(payload: &(dyn Any + Send)) {
    emit("", &Panic { message: panic_message(payload), backtrace: None });
}

fn emit(place: &str, panic: &Panic<'_>) {
    let location = Some(place).filter(|place| !place.is_empty());
    tracing::error!(
        target: PANIC_TARGET,
        location,
        error = tracing::field::debug(panic),
        "panicked"
    );
}

/// Returns the message of a panic.
pub fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("panic without a message")
}

struct Panic<'a> {
    message: &'a str,
    backtrace: Option<&'a Backtrace>,
}

impl Debug for Panic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Capture::accept() {
            Some(capture) => {
                let mut parts = Vec::new();
                write_text_exception(&mut parts, PANIC, self.message, self.backtrace);
                capture.exception(f, &parts)
            }
            None => f.write_str(self.message),
        }
    }
}
