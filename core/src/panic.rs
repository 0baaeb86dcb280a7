//! Panics as events of `tracing`, whoever writes them.

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

/// The target of the event that a panic gives; its field `location` is the place of the panic.
pub const PANIC_TARGET: &str = "powertools::panic";

/// The name that logs, traces and Lambda have for a panic.
pub const PANIC: &str = "panic";

/// Makes each panic an ERROR event of `tracing` with its message, its place and, if captured, its backtrace; calling
/// it again changes nothing.
///
/// The hook that was there before is only called where nobody has shown the line: std's own writes
/// several lines of text to stderr, which CloudWatch shows as so many events without level or request
/// id. `Logger::init` and `Powertools::init` call this; if you install a logger another way, do so too.
///
/// The message comes first and is never cut by the backtrace. A backtrace is captured as `RUST_BACKTRACE` says, and
/// has the frames of users and libraries, not those of the language, the runtime and this project, unless it is `full`.
pub fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    // A thread that panics can't change the hook.
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

/// Notes that the line of a panic on this thread has been written to where people see it.
pub fn note_panic_shown() {
    SHOWN.set(true);
}

fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let panic = Panic { message: panic_message(info.payload()), backtrace: Some(&backtrace) };
    emit(&place, &panic);
}

/// Makes an event of a panic that came without one: it was resumed, or no hook is installed.
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

/// Returns what a panic says.
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
