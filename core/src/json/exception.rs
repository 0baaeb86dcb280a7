//! Errors and their sources as JSON.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    error::Error,
    fmt::{self, Write},
};

use super::{
    backtrace::user_frames,
    error_name::{named, own_name},
    write_escaped, write_string,
};
use crate::error_types::chain;

/// Separates the parts of a rendered exception; JSON text never contains it unescaped.
pub(super) const SEPARATOR: u8 = 0x1e;

/// The parts of a rendered exception; parts that are text are JSON strings.
#[derive(Clone, Copy, Debug)]
pub struct ExceptionParts<'a> {
    /// The message of the error.
    pub message: &'a [u8],
    /// The name of the error's type.
    pub name: &'a [u8],
    /// The module of the error's type; empty if it is not known.
    module: &'a [u8],
    /// The backtrace; empty if there is none.
    backtrace: &'a [u8],
    /// The names and messages of the sources, each followed by a separator; `None` if the error can't have sources.
    causes: Option<&'a [u8]>,
}

impl<'a> ExceptionParts<'a> {
    /// Splits the output of [`write_exception`] or [`write_text_exception`] into its parts.
    pub fn split(rendered: &'a [u8]) -> Option<Self> {
        let mut parts = rendered.splitn(5, |byte| *byte == SEPARATOR);
        Some(Self {
            message: parts.next()?,
            name: parts.next()?,
            module: parts.next()?,
            backtrace: parts.next()?,
            causes: parts.next(),
        })
    }

    /// Returns the names and messages of the sources, starting with the direct source of the error.
    pub fn causes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        // The text after the last separator is empty and not part of a pair.
        let mut parts = self.causes.unwrap_or_default().split(|byte| *byte == SEPARATOR);
        std::iter::from_fn(move || Some((parts.next()?, parts.next()?)))
    }

    /// Returns the last source as `NAME: MESSAGE` in a JSON string, or only its message if the name says nothing.
    /// Returns `None` if there are no sources, or if the last source has the same message as the error itself.
    pub fn root_cause(&self) -> Option<Vec<u8>> {
        let (name, message) = self.causes().last()?;
        if message == self.message {
            return None;
        }
        if name == b"\"Error\"" {
            return Some(message.to_vec());
        }
        let (name, message) = (name.strip_suffix(b"\"")?, message.strip_prefix(b"\"")?);
        Some([name, b": ", message].concat())
    }

    /// Writes the parts again, without the backtrace.
    pub fn write_without_backtrace(&self, out: &mut Vec<u8>) {
        let parts = [self.message, self.name, self.module, b""];
        parts.iter().for_each(|part| {
            out.extend_from_slice(part);
            out.push(SEPARATOR);
        });
        match self.causes {
            Some(causes) => out.extend_from_slice(causes),
            // An error without sources ends with its backtrace.
            None => out.truncate(out.len() - 1),
        }
    }

    /// Returns whether there is a backtrace.
    pub fn has_backtrace(&self) -> bool {
        !self.backtrace.is_empty()
    }

    /// Writes `{"type", "value", "module"?, "causes"?: [{"type", "value"}], "backtrace"?}`.
    pub fn write_stack_trace(&self, out: &mut Vec<u8>) {
        write_member(out, b"{\"type\":", self.name);
        write_member(out, b",\"value\":", self.message);
        write_member(out, b",\"module\":", self.module);
        if self.causes.is_some() {
            out.extend_from_slice(b",\"causes\":[");
            for (at, (name, message)) in self.causes().enumerate() {
                write_member(out, if at == 0 { b"{\"type\":" } else { b",{\"type\":" }, name);
                write_member(out, b",\"value\":", message);
                out.push(b'}');
            }
            out.push(b']');
        }
        write_member(out, b",\"backtrace\":", self.backtrace);
        out.push(b'}');
    }
}

/// Writes a member, unless its value is empty.
fn write_member(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    if !value.is_empty() {
        out.extend_from_slice(key);
        out.extend_from_slice(value);
    }
}

/// Writes the parts of `error`; `of_type` is the full name of its type or its chosen name, if one of them is known.
pub fn write_exception(
    out: &mut Vec<u8>,
    error: &(dyn Error + 'static),
    of_type: Option<&str>,
    backtrace: Option<&Backtrace>,
) {
    let (module, name) = named(error, of_type);
    write_display(out, error);
    out.push(SEPARATOR);
    write_string(out, &name);
    out.push(SEPARATOR);
    if let Some(module) = module {
        write_string(out, module);
    }
    write_backtrace(out, backtrace);
    out.push(SEPARATOR);
    for cause in chain(error).skip(1) {
        write_string(out, &own_name(cause));
        out.push(SEPARATOR);
        write_display(out, cause);
        out.push(SEPARATOR);
    }
}

/// Writes the parts of a value that does not implement `Error`, such as a panic.
pub fn write_text_exception(
    out: &mut Vec<u8>,
    name: &str,
    message: &str,
    backtrace: Option<&Backtrace>,
) {
    write_string(out, message);
    out.push(SEPARATOR);
    write_string(out, name);
    out.push(SEPARATOR);
    write_backtrace(out, backtrace);
}

/// Writes the parts of an error whose names and messages, and those of its sources, are already JSON strings.
pub fn write_known_exception(
    out: &mut Vec<u8>,
    (name, message): (&[u8], &[u8]),
    causes: &[(Vec<u8>, Vec<u8>)],
) {
    out.extend_from_slice(message);
    out.push(SEPARATOR);
    out.extend_from_slice(name);
    out.extend_from_slice(&[SEPARATOR; 3]);
    for part in causes.iter().flat_map(|(name, message)| [name, message]) {
        out.extend_from_slice(part);
        out.push(SEPARATOR);
    }
}

/// Writes a separator, followed by the user's frames of the backtrace if it was captured.
fn write_backtrace(out: &mut Vec<u8>, backtrace: Option<&Backtrace>) {
    out.push(SEPARATOR);
    if let Some(backtrace) = backtrace.filter(|it| it.status() == BacktraceStatus::Captured) {
        let frames = user_frames(backtrace);
        if !frames.is_empty() {
            write_string(out, &frames);
        }
    }
}

fn write_display(out: &mut Vec<u8>, value: impl fmt::Display) {
    struct Escaping<'a>(&'a mut Vec<u8>);
    impl Write for Escaping<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            write_escaped(self.0, text);
            Ok(())
        }
    }
    out.push(b'"');
    if write!(Escaping(out), "{value}").is_err() {
        write_escaped(out, "<its Display failed>");
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use std::any::type_name;

    use serde_json::{Value, json};

    use super::*;
    use crate::error_types::MAX_SOURCES;

    #[derive(Debug, thiserror::Error)]
    enum OrderError {
        #[error("card \"{card}\" declined")]
        Declined { card: &'static str, source: std::num::ParseIntError },
    }

    fn declined() -> OrderError {
        OrderError::Declined { card: "4242", source: "x".parse::<i32>().unwrap_err() }
    }

    fn parts(error: &(dyn Error + 'static), of_type: Option<&'static str>) -> [Value; 3] {
        let mut out = Vec::new();
        write_exception(&mut out, error, of_type, Some(&Backtrace::disabled()));
        let parts = ExceptionParts::split(&out).unwrap();
        let mut stack_trace = Vec::new();
        parts.write_stack_trace(&mut stack_trace);
        [parts.message, parts.name, &stack_trace].map(|part| serde_json::from_slice(part).unwrap())
    }

    #[test]
    fn exception_has_the_chain_of_sources() {
        let [message, name, stack_trace] = parts(&declined(), Some(type_name::<OrderError>()));
        assert_eq!((message, name), (json!("card \"4242\" declined"), json!("OrderError")));
        assert_eq!(
            stack_trace,
            json!({
                "type": "OrderError",
                "value": "card \"4242\" declined",
                "module": "powertools_core::json::exception::tests",
                "causes": [{"type": "ParseIntError", "value": "invalid digit found in string"}],
            })
        );
    }

    #[test]
    fn unknown_type_is_named_by_its_debug_output() {
        assert_eq!(parts(&declined(), None)[1], json!("Declined"));
        assert_eq!(parts(&std::io::Error::other("x"), None)[1], json!("Error"));
        let text: Box<dyn Error> = "payment failed".into();
        assert_eq!(parts(&*text, None)[1], json!("Error"));
    }

    #[test]
    fn root_cause_is_the_last_source_if_it_differs() {
        let root_cause = |error: &(dyn Error + 'static)| {
            let mut out = Vec::new();
            write_exception(&mut out, error, None, None);
            let root_cause = ExceptionParts::split(&out).unwrap().root_cause()?;
            Some(serde_json::from_slice::<String>(&root_cause).unwrap())
        };
        let told = root_cause(&declined()).unwrap();
        assert_eq!(told, "ParseIntError: invalid digit found in string");

        #[derive(Debug, thiserror::Error)]
        #[error("invalid digit found in string")]
        struct Same(#[source] std::num::ParseIntError);
        assert_eq!(root_cause(&Same("x".parse::<i32>().unwrap_err())), None);

        #[derive(Debug, thiserror::Error)]
        #[error("loading")]
        struct Loading(#[source] Box<dyn Error>);
        assert_eq!(root_cause(&Loading("no \"file\"".into())).unwrap(), "no \"file\"");
        assert_eq!(root_cause(&std::io::Error::other("x")), None);
    }

    #[test]
    fn chosen_name_keeps_its_colon() {
        let [_, name, stack_trace] = parts(&declined(), Some("Payment:Declined"));
        assert_eq!((name, &stack_trace["module"]), (json!("Payment:Declined"), &Value::Null));
    }

    #[test]
    fn cyclic_sources_end() {
        #[derive(Debug)]
        struct Loop;
        impl fmt::Display for Loop {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("loop")
            }
        }
        impl Error for Loop {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&Loop)
            }
        }
        let [_, _, stack_trace] = parts(&Loop, None);
        assert_eq!(stack_trace["causes"].as_array().unwrap().len(), MAX_SOURCES);
    }

    #[test]
    fn exception_parts_are_equal_without_a_backtrace() {
        for with_causes in [true, false] {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            with.extend_from_slice(b"\"a\"\x1e\"A\"\x1e\"m\"\x1e\"   0: main\"");
            without.extend_from_slice(b"\"a\"\x1e\"A\"\x1e\"m\"\x1e");
            if with_causes {
                with.extend_from_slice(b"\x1e\"B\"\x1e\"b\"\x1e");
                without.extend_from_slice(b"\x1e\"B\"\x1e\"b\"\x1e");
            }
            let parts = ExceptionParts::split(&with).unwrap();
            let mut out = Vec::new();
            parts.write_without_backtrace(&mut out);
            assert!(parts.has_backtrace() && !ExceptionParts::split(&out).unwrap().has_backtrace());
            assert_eq!(out, without);
        }
    }

    #[test]
    fn plain_text_has_no_causes_and_a_described_error_has_them() {
        let stack_trace = |write: &dyn Fn(&mut Vec<u8>)| -> Value {
            let (mut out, mut json) = (Vec::new(), Vec::new());
            write(&mut out);
            ExceptionParts::split(&out).unwrap().write_stack_trace(&mut json);
            serde_json::from_slice(&json).unwrap()
        };
        assert_eq!(
            stack_trace(&|out| write_text_exception(out, "panic", "on \"purpose\"", None)),
            json!({"type": "panic", "value": "on \"purpose\""})
        );
        let known = |causes: &[_]| {
            stack_trace(&|out| write_known_exception(out, (b"\"A\"", b"\"a\""), causes))
        };
        assert_eq!(known(&[]), json!({"type": "A", "value": "a", "causes": []}));
        let cause = (b"\"B\"".to_vec(), b"\"b\"".to_vec());
        assert_eq!(known(&[cause])["causes"], json!([{"type": "B", "value": "b"}]));
    }
}
