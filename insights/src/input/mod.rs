//! Reads log events from all kinds of exports.
//!
//! | input | recognized by |
//! |---|---|
//! | a function's output to stdout, also as printed by live tail | lines of JSON, Lambda's own lines, a time at the beginning of a line |
//! | `aws logs tail`, also with `--format short` | a time with an offset, and optionally a log stream, before each message |
//! | `sam logs` | a log stream and a time before each message |
//! | an export to S3 | a time ending in `Z` before each message |
//! | text copied from the console, or `--query 'events[].[timestamp,message]' --output text` | a time, also in milliseconds, before each message |
//! | `aws logs filter-log-events` and `get-log-events` | a JSON document with `events`, or lines that begin with `EVENTS` (`--output text`) |
//! | a list of events, also from `--query` | a JSON array of objects, lists or texts |
//! | `aws logs get-query-results` | a JSON document with `results` |
//! | log events and results downloaded from the console | CSV with a header, or a JSON array of objects with `@message` and similar members |
//! | records of a subscription, also from Kinesis and Firehose, and the events that functions receive for them | JSON documents with `logEvents`, `awslogs`, `Records` or `records` |
//! | events of the live-tail API | JSON documents with `sessionUpdate` |
//! | the local runtime's log file, and events as JSON lines | objects with `timestamp`, `message` and similar members |
//!
//! Each of them may be compressed with gzip, once or twice, start with a byte order mark, and be encoded in UTF-16. The
//! first lines may be unrelated. A line that does not match the format of its input is an event as well. Only blank
//! lines, the service's control messages, and the text between the events of `--output text` are omitted. Result rows
//! without `@message` become lines of JSON.

mod csv;
mod decode;
mod document;
mod envelope;
mod format;
mod lines;
mod peek;
mod sink;
mod time;

#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::ControlFlow;

pub use self::format::Format;

use self::decode::{Damage, decoded};
use self::format::Shown;
use self::lines::Lines;
use self::peek::Peek;
use self::sink::Sink;
use crate::LogEvent;

/// The number of unrecognized lines after which the rest is read as lines.
const MOST_FOREIGN: u64 = 50;

/// A summary of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The detected format; `None` if the input was empty.
    pub format: Option<Format>,
    /// Whether no format was detected, so that each line was read as an event.
    pub is_assumed: bool,
    /// The number of unrecognized lines before the first recognized one; each is an event.
    pub foreign: u64,
    /// The number of events.
    pub events: u64,
    /// The number of events in which bytes that are not UTF-8 were replaced by `U+FFFD`.
    pub repaired: u64,
    /// The position at which a JSON document was incomplete; the rest was read as lines.
    pub broken: Option<String>,
    /// The position at which compressed data is damaged: the rest is lost, including an event that is incomplete there.
    pub damaged: Option<String>,
}

/// Reads events until there are no more or `each` breaks.
///
/// At most one event, a megabyte of lines and 64 KiB are held in memory. Events of more than 1 MiB, which is
/// CloudWatch's limit, are split. A line without a time has that of the previous line, or of the next one if it is at
/// the beginning of the input or of an invocation.
///
/// # Errors
///
/// Returns an error if the input can't be read. Damaged gzip data is not an error: all complete events before the
/// damage are read.
pub fn read(
    input: impl Read,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<Reading> {
    read_with(input, true, each)
}

/// Reads a whole text, such as a query that was saved in UTF-16.
#[cfg(feature = "command")]
pub(crate) fn text(input: impl Read) -> io::Result<String> {
    let mut text = String::new();
    decoded(input, &Damage::default())?.read_to_string(&mut text)?;
    Ok(text)
}

/// Reads events from an input that is still being written, without buffering lines.
#[cfg(feature = "command")]
pub(crate) fn read_live(
    input: impl Read,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<Reading> {
    read_with(input, false, each)
}

fn read_with(
    input: impl Read,
    may_wait: bool,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<Reading> {
    let damage = Damage::default();
    let mut reading = Reading::default();
    let mut input = Peek::new(decoded(input, &damage)?);
    read_part(&mut input, may_wait, 0, &damage, &mut Sink::new(&mut reading, each))?;
    reading.damaged = reading.damaged.or(damage.reason());
    Ok(reading)
}

/// Reads one part after the other: documents, and lines up to the end.
fn read_part(
    input: &mut Peek<'_>,
    may_wait: bool,
    depth: usize,
    damage: &Damage,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut lines = Lines::new(sink, may_wait);
    let read = read_parts(input, depth, damage, &mut lines);
    lines.end();
    let reading = &mut *lines.sink.reading;
    if reading.format.is_none() && reading.events > 0 {
        (reading.format, reading.is_assumed) = (Some(Format::Lines), true);
    }
    read
}

fn read_parts(
    input: &mut Peek<'_>,
    depth: usize,
    damage: &Damage,
    lines: &mut Lines<'_, '_>,
) -> io::Result<()> {
    let (mut unknown, mut is_after_document) = (0, false);
    while !lines.sink.is_closed {
        match Shown::by(input.peek(is_after_document)?) {
            Shown::End => break,
            Shown::Unknown if unknown >= MOST_FOREIGN => {
                lines.read(input, Format::Lines, damage)?;
            }
            shown @ (Shown::Blank | Shown::Unknown) => {
                unknown += u64::from(shown == Shown::Unknown);
                lines.read_line(input, Format::Lines, damage)?;
            }
            Shown::Known(format) => {
                let reading = &mut *lines.sink.reading;
                if reading.format.is_none() {
                    (reading.format, reading.foreign) = (Some(format), unknown);
                }
                unknown = 0;
                is_after_document = format == Format::Document;
                read_known(input, format, depth, damage, lines)?;
            }
        }
    }
    Ok(())
}

/// Reads what has a format: a document, or everything up to the end.
fn read_known(
    input: &mut Peek<'_>,
    format: Format,
    depth: usize,
    damage: &Damage,
    lines: &mut Lines<'_, '_>,
) -> io::Result<()> {
    if matches!(format, Format::Document | Format::Csv) {
        lines.end();
    }
    match format {
        Format::Document => {
            if !document::read(input, depth, damage, lines.sink)? {
                lines.read_line(input, Format::Lines, damage)?;
            }
            Ok(())
        }
        Format::Csv => csv::read(input, damage, lines.sink),
        format => lines.read(input, format, damage),
    }
}
