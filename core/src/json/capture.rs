//! How values with a JSON form, and errors, pass through `tracing` unharmed.
//!
//! `tracing` hands on what it does not know as `&dyn Debug`. While a utility formats such a value
//! it offers a capture; the wrappers' `Debug` takes the offer and writes JSON, which then goes into
//! the output as it is. Everyone else's `Debug`, and the wrappers' under another subscriber, is text.

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
    /// What comes is text.
    Text,
    /// Nothing has come yet; a wrapper may take over.
    Offered,
    /// A wrapper writes.
    Taken,
    /// A wrapper wrote this, and should have been the last to write.
    Done(Captured),
    /// A wrapper failed; what comes is the reason.
    Failed,
}

/// What a value turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Captured {
    /// Text, written as a JSON string.
    Text,
    /// JSON, written as it is.
    Json,
    /// The parts of an exception; see [`super::ExceptionParts`].
    Exception,
}

/// An accepted offer to write into a line.
#[derive(Debug)]
pub struct Capture(());

impl Capture {
    /// Takes the offer, if there is one.
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
    /// As the formatter; a value that has no JSON form is text that says why.
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

    /// Writes the parts of an exception, already rendered.
    ///
    /// # Errors
    ///
    /// As the formatter.
    pub fn exception(self, f: &mut fmt::Formatter<'_>, parts: &[u8]) -> fmt::Result {
        let result = f.write_str(&String::from_utf8_lossy(parts));
        STATE.set(if result.is_ok() { State::Done(Captured::Exception) } else { State::Failed });
        result
    }
}

/// Writes a value by its `Debug`: as a JSON string, or as what a wrapper made of it.
pub fn write_debug(out: &mut Vec<u8>, value: &dyn Debug) -> Captured {
    // Formatting may log in turn, or panic, so the state of an outer value comes back in any case.
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

    /// Drops what a wrapper wrote before it failed.
    #[cold]
    fn restart(&mut self) {
        self.out.truncate(self.start);
        self.quote();
        STATE.set(State::Text);
    }

    /// Turns what a wrapper wrote back into text, because something follows it.
    #[cold]
    fn requote(&mut self, captured: Captured) {
        let raw = self.out.split_off(self.start);
        self.quote();
        match ExceptionParts::split(&raw) {
            // The message is the inside of a JSON string already.
            Some(parts) if captured == Captured::Exception => {
                let message = parts.message.get(1..parts.message.len() - 1);
                self.out.extend_from_slice(message.unwrap_or_default());
            }
            _ => write_escaped(self.out, &String::from_utf8_lossy(&raw)),
        }
        STATE.set(State::Text);
    }

    fn finish(mut self, state: State, result: fmt::Result) -> Captured {
        // Nothing here although a wrapper is done: its output went elsewhere.
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

/// Lets serde write into a formatter.
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
