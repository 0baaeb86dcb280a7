use std::{
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU8, Ordering},
};

use powertools_core::{
    Redaction,
    json::{
        ExceptionParts, redact_exception, redact_json, unserialisable, write_known_exception,
        write_string,
    },
};
use serde::Serialize;
use serde_json::Value;

/// The longest response that a trace carries, in bytes of JSON.
const LONGEST_RESPONSE: usize = 16 * 1024;

/// What is captured of results and errors, and how it is made fit to be seen.
#[derive(Clone, Copy)]
pub(crate) struct Capture<'a> {
    pub(crate) response: bool,
    pub(crate) error: bool,
    pub(crate) redact: Option<&'a dyn Redact>,
    pub(crate) redaction: &'a Redaction,
}

/// Changes what is captured before it is kept.
///
/// Captured JSON is made a value in here and nowhere else, so that only functions with a hook link that.
pub(crate) trait Redact: Send + Sync {
    /// Writes what the hook leaves of a response.
    fn write_response(&self, out: &mut Vec<u8>, response: &[u8]);

    /// Writes the joined parts of what the hook leaves of an error.
    fn write_error(&self, out: &mut Vec<u8>, error: &ExceptionParts<'_>);
}

impl<F: Fn(CapturedPart, &mut Value) + Send + Sync> Redact for F {
    fn write_response(&self, out: &mut Vec<u8>, response: &[u8]) {
        match run(self, CapturedPart::Response, response) {
            Ok(value) => write_bounded(out, &value),
            Err(error) => write_string(out, &unserialisable(&error)),
        }
    }

    fn write_error(&self, out: &mut Vec<u8>, error: &ExceptionParts<'_>) {
        let mut json = Vec::new();
        error.write_stack_trace(&mut json);
        let value = run(self, CapturedPart::Error, &json).unwrap_or_default();
        let causes = value.get("causes").and_then(Value::as_array);
        let causes: Vec<_> = causes.into_iter().flatten().map(name_and_message).collect();
        let (name, message) = name_and_message(&value);
        write_known_exception(out, (&name, &message), &causes);
    }
}

/// What a redaction hook is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapturedPart {
    /// The handler's response.
    Response,
    /// An error, as `{"type", "value", "module"?, "causes"?: [{"type", "value"}]}`; what is only text has no causes.
    Error,
}

/// What a handler has set for its invocation, in place of the settings; the latest value counts.
#[derive(Default)]
pub(crate) struct HandlerOverrides {
    response: AtomicU8,
    error: AtomicU8,
}

/// The values in [`HandlerOverrides`]; 0 means that the settings count.
const OFF: u8 = 1;
const ON: u8 = 2;

impl HandlerOverrides {
    pub(crate) fn set_response(&self, capture: bool) {
        self.response.store(if capture { ON } else { OFF }, Ordering::Relaxed);
    }

    pub(crate) fn set_error(&self, capture: bool) {
        self.error.store(if capture { ON } else { OFF }, Ordering::Relaxed);
    }

    /// Returns what is captured, where the settings say `otherwise`.
    pub(crate) fn instead_of<'a>(&self, otherwise: Capture<'a>) -> Capture<'a> {
        let said = |word: &AtomicU8, otherwise| match word.load(Ordering::Relaxed) {
            0 => otherwise,
            word => word == ON,
        };
        Capture {
            response: said(&self.response, otherwise.response),
            error: said(&self.error, otherwise.error),
            ..otherwise
        }
    }
}

impl Capture<'_> {
    /// Writes a response without its secrets; a long one is a note of that, and so is one whose `Serialize` panics.
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "called by a layer"))]
    pub(crate) fn write_response<T: Serialize + ?Sized>(&self, out: &mut Vec<u8>, response: &T) {
        let start = out.len();
        // It may be that nobody else serialises it: what observes the code must not fail it.
        let write = || self.write_serialized(out, response);
        if catch_unwind(AssertUnwindSafe(write)).is_err() {
            out.truncate(start);
            write_string(out, "<not serialisable: its Serialize panicked>");
        }
        redact_json(out, start, self.redaction);
    }

    fn write_serialized<T: Serialize + ?Sized>(&self, out: &mut Vec<u8>, response: &T) {
        let Some(redact) = self.redact else {
            return write_bounded(out, response);
        };
        let mut whole = Vec::new();
        match serde_json::to_writer(Bounded { out: &mut whole, end: usize::MAX }, response) {
            Ok(()) => redact.write_response(out, &whole),
            Err(error) => write_string(out, &unserialisable(&error)),
        }
    }

    /// Writes the joined parts of an error that `write` writes, as far as they may be known.
    pub(crate) fn write_error(&self, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = out.len();
        write(out);
        self.restrict_error(out, start);
    }

    /// Leaves of the joined parts of an error that begin at `start` what may be known.
    pub(crate) fn restrict_error(&self, out: &mut Vec<u8>, start: usize) {
        if self.error {
            redact_exception(out, start, self.redaction);
        }
        // A trace has no use for a backtrace, which would leave no room for the message.
        let has_backtrace =
            || ExceptionParts::split(&out[start..]).is_some_and(|parts| parts.has_backtrace());
        if self.error && self.redact.is_none() && !has_backtrace() {
            return;
        }
        let rendered = out.split_off(start);
        let Some(parts) = ExceptionParts::split(&rendered) else {
            return;
        };
        match self.redact {
            Some(redact) if self.error => redact.write_error(out, &parts),
            None if self.error => parts.write_without_backtrace(out),
            _ => write_known_exception(out, (parts.name, b"\"\""), &[]),
        }
    }
}

/// Makes JSON a value and runs a user's hook over it; if the hook panics, nothing is kept of what it should have made
/// harmless.
fn run(
    redact: impl Fn(CapturedPart, &mut Value),
    what: CapturedPart,
    json: &[u8],
) -> serde_json::Result<Value> {
    let mut value = serde_json::from_slice(json)?;
    if catch_unwind(AssertUnwindSafe(|| redact(what, &mut value))).is_err() {
        value = "<the redaction hook panicked>".into();
    }
    Ok(value)
}

/// Returns what a hook has left of an error, or what it has put in its place, as JSON strings.
fn name_and_message(error: &Value) -> (Vec<u8>, Vec<u8>) {
    let text = |name| error.get(name).and_then(Value::as_str);
    let string = |text: &str| {
        let mut json = Vec::new();
        write_string(&mut json, text);
        json
    };
    let message = text("value").or(error.as_str()).unwrap_or_default();
    (string(text("type").unwrap_or("Error")), string(message))
}

/// Writes a value as JSON, and stops where it gets too long.
fn write_bounded<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    let end = start + LONGEST_RESPONSE;
    if let Err(error) = serde_json::to_writer(Bounded { out, end }, value) {
        out.truncate(start);
        let note = if error.is_io() {
            format!("<cut: more than {LONGEST_RESPONSE} bytes>")
        } else {
            unserialisable(&error)
        };
        write_string(out, &note);
    }
}

/// Takes no more than there is room for.
struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    end: usize,
}

impl io::Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.out.len() + bytes.len() > self.end {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Capture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("response", &self.response).finish_non_exhaustive()
    }
}

#[cfg(all(test, feature = "lambda-runtime"))]
mod tests {
    use super::*;

    fn keep(_: CapturedPart, _: &mut Value) {}

    fn capture(redact: Option<&dyn Redact>) -> Capture<'_> {
        static REDACTION: std::sync::LazyLock<Redaction> =
            std::sync::LazyLock::new(Redaction::default);
        Capture { response: true, error: true, redact, redaction: &REDACTION }
    }

    #[test]
    fn response_that_panics_is_not_kept() {
        struct Broken;
        impl Serialize for Broken {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                std::panic::resume_unwind(Box::new("on purpose"))
            }
        }
        for redact in [None, Some(&keep as &dyn Redact)] {
            let mut out = b"before ".to_vec();
            capture(redact).write_response(&mut out, &[Broken]);
            let kept = String::from_utf8(out).unwrap();
            assert_eq!(kept, "before \"<not serialisable: its Serialize panicked>\"");
        }
    }

    #[test]
    fn response_that_the_hook_cannot_read_is_not_kept() {
        let capture = capture(Some(&keep));
        let mut out = Vec::new();
        // Text can be as deep as this, a value that is read from it can't.
        let deep = (0..200).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        capture.write_response(&mut out, &deep);
        let kept = String::from_utf8(out).unwrap();
        assert!(kept.starts_with("\"<not serialisable: "), "{kept}");
    }
}
