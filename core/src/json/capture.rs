//! Passes values that have a JSON form, and errors, through `tracing` without losing their structure.
//!
//! `tracing` passes values of types that it does not know as `&dyn Debug`. While a utility formats such a value, it
//! offers a capture on this thread. The `Debug` implementation of our wrapper types accepts the offer and writes JSON,
//! which then goes into the output unchanged. Any other `Debug` output is text, and so is that of the wrappers under
//! another subscriber.

use std::{
    cell::Cell,
    fmt::{self, Debug, Write},
    io,
};

use serde::Serialize;

use super::{ExceptionParts, on_one_line, unserialisable, write_escaped};

thread_local! {
    static STATE: Cell<State> = const { Cell::new(State::Text) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Output is text.
    Text,
    /// Nothing has been written yet, and a wrapper may accept the offer.
    Offered,
    /// A wrapper is writing.
    Taken,
    /// A wrapper has written this and should have been the last to write.
    Done(Captured),
    /// A wrapper has failed, and the output is the reason.
    Failed,
}

/// The form of a value that was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captured {
    /// Text, which is written as a JSON string.
    Text,
    /// JSON, which is written unchanged.
    Json,
    /// The parts of an exception; see [`super::ExceptionParts`].
    Exception,
}

/// An accepted offer to write JSON into the output.
#[derive(Debug)]
pub struct Capture(());

impl Capture {
    /// Accepts the offer, if there is one.
    pub fn accept() -> Option<Self> {
        STATE.with(|state| match state.get() {
            State::Offered => {
                state.set(State::Taken);
                Some(Self(()))
            }
            _ => None,
        })
    }

    /// Writes `value` as JSON.
    ///
    /// # Errors
    ///
    /// Returns an error only if the formatter does. A value that can't be represented in JSON is replaced by
    /// text that gives the reason.
    pub fn json(self, f: &mut fmt::Formatter<'_>, value: &impl Serialize) -> fmt::Result {
        match serde_json::to_writer(FormatterWriter(f), value) {
            Ok(()) => {
                STATE.set(State::Done(Captured::Json));
                Ok(())
            }
            Err(error) => {
                STATE.set(State::Failed);
                f.write_str(&unserialisable(&error))
            }
        }
    }

    /// Writes the parts of an exception, which are already rendered.
    ///
    /// # Errors
    ///
    /// Returns an error only if the formatter does.
    pub fn exception(self, f: &mut fmt::Formatter<'_>, parts: &[u8]) -> fmt::Result {
        let result = f.write_str(&String::from_utf8_lossy(parts));
        STATE.set(if result.is_ok() { State::Done(Captured::Exception) } else { State::Failed });
        result
    }
}

/// Writes a value with its `Debug` implementation: as a JSON string, or in the form that a wrapper has written.
pub fn write_debug(out: &mut Vec<u8>, value: &dyn Debug) -> Captured {
    // Formatting may log in turn, or panic, so the state of the outer value must be restored in any case.
    let _outer = Restored(STATE.replace(State::Offered));
    let mut sink = Sink { start: out.len(), out, quoted: false };
    let result = write!(sink, "{value:?}");
    sink.finish(STATE.get(), result)
}

struct Restored(State);

impl Drop for Restored {
    fn drop(&mut self) {
        STATE.set(self.0);
    }
}

struct Sink<'a> {
    out: &'a mut Vec<u8>,
    start: usize,
    quoted: bool,
}

impl Sink<'_> {
    fn quote(&mut self) {
        if !self.quoted {
            self.quoted = true;
            self.out.push(b'"');
        }
    }

    /// Discards the output that a wrapper wrote before it failed.
    #[cold]
    fn restart(&mut self) {
        self.out.truncate(self.start);
        self.quote();
        STATE.set(State::Text);
    }

    /// Converts the output of a wrapper to text, because more output follows it.
    #[cold]
    fn requote(&mut self, captured: Captured) {
        let raw = self.out.split_off(self.start);
        self.quote();
        match ExceptionParts::split(&raw) {
            // The message is already escaped.
            Some(parts) if captured == Captured::Exception => {
                let message = parts.message.get(1..parts.message.len() - 1);
                self.out.extend_from_slice(message.unwrap_or_default());
            }
            _ => write_escaped(self.out, &String::from_utf8_lossy(&raw)),
        }
        STATE.set(State::Text);
    }

    fn finish(mut self, state: State, result: fmt::Result) -> Captured {
        // If a wrapper is done but nothing has arrived here, it wrote its output somewhere else.
        if let (State::Done(captured), Ok(()), true) = (state, result, self.out.len() > self.start)
        {
            return captured;
        }
        if result.is_err() && !self.quoted {
            self.out.truncate(self.start);
        }
        self.quote();
        if result.is_err() {
            write_escaped(self.out, "<its Debug failed>");
        }
        self.out.push(b'"');
        Captured::Text
    }
}

impl Write for Sink<'_> {
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match STATE.get() {
            State::Taken => {
                let from = self.out.len();
                self.out.extend_from_slice(text.as_bytes());
                on_one_line(&mut self.out[from..]);
                return Ok(());
            }
            State::Text => {}
            State::Offered => {
                STATE.set(State::Text);
                self.quote();
            }
            State::Done(captured) => self.requote(captured),
            State::Failed => self.restart(),
        }
        write_escaped(self.out, text);
        Ok(())
    }
}

/// Lets `serde_json` write to a formatter.
struct FormatterWriter<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl io::Write for FormatterWriter<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
