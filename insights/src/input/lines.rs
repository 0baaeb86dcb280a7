use std::borrow::Cow;
use std::io::{self, BufRead};
use std::ops::ControlFlow;

use super::{Format, LogEvent, Reading, envelope::Envelope, time};

/// CloudWatch's limit for one event, in bytes.
pub(super) const MAX_EVENT: usize = 1024 * 1024;

/// Reads the lines of an input.
pub(super) fn read(
    input: &mut impl BufRead,
    format: Format,
    reading: &mut Reading,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut lines = Lines { format, pending: Pending::default(), time: None, reading, each };
    let mut line = Vec::new();
    while take_line(input, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let repaired = matches!(text, Cow::Owned(_));
        let text = text.trim_end_matches(['\n', '\r']);
        if lines.push(text, repaired).is_break() {
            return Ok(());
        }
    }
    let _ = lines.end();
    Ok(())
}

/// Reads a line, or as much of it as makes an event.
fn take_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    io::Read::take(input, MAX_EVENT as u64).read_until(b'\n', line)?;
    Ok(!line.is_empty())
}

struct Lines<'a> {
    format: Format,
    pending: Pending,
    /// Of the last event that had one.
    time: Option<i64>,
    reading: &'a mut Reading,
    each: &'a mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
}

/// An event that may go on with the next line.
#[derive(Default)]
struct Pending {
    timestamp: Option<i64>,
    log_stream: Option<String>,
    message: String,
    repaired: bool,
    is_there: bool,
}

impl Lines<'_> {
    fn push(&mut self, line: &str, repaired: bool) -> ControlFlow<()> {
        if matches!(self.format, Format::Lines | Format::Document) {
            return if line.trim().is_empty() {
                ControlFlow::Continue(())
            } else {
                self.line(line, repaired)
            };
        }
        match self.format.head(line) {
            None if self.pending.is_there
                && self.pending.message.len() + line.len() < MAX_EVENT =>
            {
                self.pending.message.push('\n');
                self.pending.message.push_str(line);
                self.pending.repaired |= repaired;
                ControlFlow::Continue(())
            }
            head => {
                self.end()?;
                let pending = &mut self.pending;
                (pending.is_there, pending.repaired) = (true, repaired);
                pending.timestamp = head.map(|head| head.timestamp).or(pending.timestamp);
                pending.log_stream = head.and_then(|head| head.log_stream).map(str::to_owned);
                pending.message.push_str(head.map_or(line, |head| head.message));
                ControlFlow::Continue(())
            }
        }
    }

    /// Passes on what is pending.
    fn end(&mut self) -> ControlFlow<()> {
        let pending = &mut self.pending;
        let message = pending.message.trim_end_matches(['\n', '\r', ' ']);
        let mut passed = ControlFlow::Continue(());
        if pending.is_there && !message.is_empty() {
            let (timestamp, log_stream) = (pending.timestamp, pending.log_stream.as_deref());
            let event = LogEvent { timestamp, log_stream, message, ..LogEvent::default() };
            passed = pass(self.reading, self.each, &event, pending.repaired);
        }
        pending.message.clear();
        pending.is_there = false;
        passed
    }

    /// Passes on a line that is an event by itself.
    fn line(&mut self, line: &str, repaired: bool) -> ControlFlow<()> {
        if let Some(envelope) = Envelope::of(line) {
            let event = envelope.event();
            self.time = event.timestamp;
            return pass(self.reading, self.each, &event, repaired);
        }
        self.time = time::of_line(line).or(self.time);
        let event = LogEvent { timestamp: self.time, message: line, ..LogEvent::default() };
        pass(self.reading, self.each, &event, repaired)
    }
}

fn pass(
    reading: &mut Reading,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
    event: &LogEvent<'_>,
    repaired: bool,
) -> ControlFlow<()> {
    reading.events += 1;
    reading.repaired += u64::from(repaired);
    each(event)
}
