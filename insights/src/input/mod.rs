//! Log events as people have them, whatever the export looks like.
//!
//! | input | known by |
//! |---|---|
//! | what a function writes to stdout, also as live tail prints it | lines of JSON, Lambda's own lines, a time at the beginning of a line |
//! | `aws logs tail`, also `--format short` | a time with an offset, and perhaps a log stream, before each message |
//! | `sam logs` | a log stream and a time before each message |
//! | an export to S3 | a time ending in `Z` before each message |
//! | text copied from the console, or `--query 'events[].[timestamp,message]' --output text` | a time, also in milliseconds, before each message |
//! | `aws logs filter-log-events` and `get-log-events` | a JSON document with `events`, or lines that begin with `EVENTS` (`--output text`) |
//! | a list of events, also as `--query` leaves them | a JSON array of objects, lists or texts |
//! | `aws logs get-query-results` | a JSON document with `results` |
//! | log events and results that the console downloads | CSV with a header, or a JSON array of objects with `@message` and the like |
//! | records of a subscription, also from Kinesis and Firehose, and the events that functions get of them | JSON documents with `logEvents`, `awslogs`, `Records` or `records` |
//! | events of the live-tail API | JSON documents with `sessionUpdate` |
//! | the local runtime's log file, and events as JSON lines | objects of `timestamp`, `message` and the like |
//!
//! Each of them may be compressed with gzip, also twice, begin with a byte order mark, and be UTF-16. The first lines
//! may belong to something else. A line that is not what its input seems to consist of is an event as it stands;
//! nothing is left out but blank lines, the service's own control messages, and what stands between the events of
//! `--output text`. Rows of results without `@message` become lines of JSON.

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

/// How many lines that belong to nothing known are looked at before the rest is taken for lines.
const MOST_FOREIGN: u64 = 50;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// What the input was taken for; `None` if there was nothing in it.
    pub format: Option<Format>,
    /// Whether nothing showed what the input is: each of its lines was taken for an event.
    pub is_assumed: bool,
    /// How many lines before the first known one belong to nothing that is known; each is an event.
    pub foreign: u64,
    /// How many events there were.
    pub events: u64,
    /// In how many of them bytes that are not UTF-8 were replaced by `U+FFFD`.
    pub repaired: u64,
    /// Where a JSON document ended before its end; what follows was read as lines.
    pub broken: Option<String>,
    /// Where packed data can't be unpacked any further: what follows is lost, and an event that was cut off there.
    pub damaged: Option<String>,
}

/// Reads events until there are no more or `each` breaks.
///
/// No more than one event, a megabyte of lines and 64 KiB are held in memory. An event of more than 1 MiB goes on as
/// another, as CloudWatch takes no more. A line without a time has that of the line before, or of the next if it begins
/// the input or an invocation.
///
/// # Errors
///
/// The input can't be read. Damaged gzip is not an error: all whole events before the damage are read.
pub fn read(
    input: impl Read,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<Reading> {
    read_with(input, true, each)
}

/// Reads a whole text, such as a query that an editor has saved in UTF-16.
#[cfg(feature = "command")]
pub(crate) fn text(input: impl Read) -> io::Result<String> {
    let mut text = String::new();
    decoded(input, &Damage::default())?.read_to_string(&mut text)?;
    Ok(text)
}

/// Reads events of an input that is still written: no line waits for another.
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
