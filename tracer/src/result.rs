use std::{
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU8, Ordering},
};

use powertools_core::json::{ExceptionParts, unserialisable, write_string};
use serde::Serialize;
use serde_json::Value;

/// The longest response that a trace carries, in bytes of JSON.
const LONGEST_RESPONSE: usize = 16 * 1024;

/// What is captured of results and errors, and how it is made fit to be seen.
#[derive(Clone, Copy, Default)]
pub(crate) struct Capture<'a> {
    pub(crate) response: bool,
    pub(crate) error: bool,
    pub(crate) redact: Option<&'a Redact>,
}

/// Changes what is captured before it is kept.
pub(crate) type Redact = dyn Fn(CapturedPart, &mut Value) + Send + Sync;

/// What a redaction hook is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CapturedPart {
    /// The handler's response.
    Response,
    /// An error, as `{"type", "value", "causes": [{"type", "value"}]}`.
    Error,
}

/// What a handler has said of its own invocation, in place of the settings; the latest word counts.
#[derive(Default)]
pub(crate) struct HandlerSays {
    response: AtomicU8,
    error: AtomicU8,
}

/// What stands in [`HandlerSays`] where something was said.
const OFF: u8 = 1;
const ON: u8 = 2;

impl HandlerSays {
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
            redact: otherwise.redact,
        }
    }
}

impl Capture<'_> {
    /// Writes a response; a long one is a note of that, and so is one whose `Serialize` panics.
    #[cfg_attr(not(feature = "lambda-runtime"), expect(dead_code, reason = "called by a layer"))]
    pub(crate) fn write_response<T: Serialize + ?Sized>(&self, out: &mut Vec<u8>, response: &T) {
        let start = out.len();
        // It may be that nobody else serialises it: what observes the code must not fail it.
        let write = || self.write_serialized(out, response);
        if catch_unwind(AssertUnwindSafe(write)).is_err() {
            out.truncate(start);
            write_string(out, "<not serialisable: its Serialize panicked>");
        }
    }

    fn write_serialized<T: Serialize + ?Sized>(&self, out: &mut Vec<u8>, response: &T) {
        let Some(redact) = self.redact else {
            return write_bounded(out, response);
        };
        match serde_json::to_value(response) {
            Ok(mut value) => {
                run(redact, CapturedPart::Response, &mut value);
                write_bounded(out, &value);
            }
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
        if self.error && self.redact.is_none() {
            return;
        }
        let rendered = out.split_off(start);
        let stack_trace = ExceptionParts::split(&rendered).map(|parts| parts.stack_trace);
        let value = stack_trace.and_then(|json| serde_json::from_slice::<Value>(json).ok());
        let mut value = value.unwrap_or_default();
        match self.redact {
            Some(redact) if self.error => {
                run(redact, CapturedPart::Error, &mut value);
                let message = text(&value, "value").or(value.as_str()).unwrap_or_default();
                write_parts(out, &value, message, value.get("causes"));
            }
            _ => write_parts(out, &value, "", None),
        }
    }
}

/// Runs a user's hook; if it panics, nothing is kept of what it should have made harmless.
fn run(redact: &Redact, what: CapturedPart, value: &mut Value) {
    if catch_unwind(AssertUnwindSafe(|| redact(what, value))).is_err() {
        *value = "<the redaction hook panicked>".into();
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

/// Writes an error from what is left of its stack trace.
fn write_parts(out: &mut Vec<u8>, stack_trace: &Value, message: &str, causes: Option<&Value>) {
    let name = text(stack_trace, "type").unwrap_or("Error");
    let no_causes = Value::Array(Vec::new());
    let causes = causes.filter(|causes| causes.is_array()).unwrap_or(&no_causes);
    let (mut name_json, mut message_json, mut stack_trace) = (Vec::new(), Vec::new(), Vec::new());
    write_string(&mut name_json, name);
    write_string(&mut message_json, message);
    for (before, json) in [(&b"{\"type\":"[..], &name_json), (b",\"value\":", &message_json)] {
        stack_trace.extend_from_slice(before);
        stack_trace.extend_from_slice(json);
    }
    stack_trace.extend_from_slice(b",\"causes\":");
    let _ = serde_json::to_writer(Bounded { out: &mut stack_trace, end: usize::MAX }, causes);
    stack_trace.push(b'}');
    let (name, message, stack_trace) = (&name_json[..], &message_json[..], &stack_trace[..]);
    ExceptionParts { message, name, stack_trace }.write(out);
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

    #[test]
    fn a_response_that_panics_fails_nobody() {
        struct Broken;
        impl Serialize for Broken {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                std::panic::resume_unwind(Box::new("on purpose"))
            }
        }
        let redact: &Redact = &|_, _| {};
        for redact in [None, Some(redact)] {
            let mut out = b"before ".to_vec();
            Capture { response: true, error: true, redact }.write_response(&mut out, &[Broken]);
            let kept = String::from_utf8(out).unwrap();
            assert_eq!(kept, "before \"<not serialisable: its Serialize panicked>\"");
        }
    }

    #[test]
    fn a_response_that_the_hook_can_not_see_is_not_kept() {
        let capture = Capture { response: true, error: true, redact: Some(&|_, _| {}) };
        let mut out = Vec::new();
        // Text can hold this number, `Value` can't.
        capture.write_response(&mut out, &u128::MAX);
        let kept = String::from_utf8(out).unwrap();
        assert!(kept.starts_with("\"<not serialisable: "), "{kept}");
    }
}
