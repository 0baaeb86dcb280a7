//! Log events as people have them: read line by line, whatever the export looks like.
//!
//! | input | known by |
//! |---|---|
//! | what a function writes to stdout | nothing else |
//! | `aws logs tail`, also `--format short` | a time with an offset, and perhaps a log stream, before each message |
//! | an export to S3 | a time ending in `Z` before each message |
//! | `aws logs filter-log-events` and `get-log-events` | a JSON document with `events` |
//! | records of a subscription, also from Firehose | JSON documents with `logEvents` |
//! | the local runtime's log file, and events as JSON lines | objects of `timestamp`, `message` and the like |
//!
//! Each of them may be compressed with gzip. A line that is not what its input seems to consist of is an event as
//! it stands; nothing is left out but blank lines and the service's own control messages.

mod document;
mod envelope;
mod format;
mod gzip;
mod lines;
mod prefix;
mod time;

#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::ControlFlow;

pub use self::format::Format;

use self::prefix::Prefixed;
use crate::LogEvent;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// What the input was taken for; `None` if there was nothing in it.
    pub format: Option<Format>,
    /// How many events there were.
    pub events: u64,
    /// In how many of them bytes that are not UTF-8 were replaced by `U+FFFD`.
    pub repaired: u64,
    /// Where a JSON document ended before its end, or was none; what follows was read as lines.
    pub broken: Option<String>,
}

/// Reads events until there are no more or `each` breaks.
///
/// No more than one event and 64 KiB are held in memory. An event of more than 1 MiB goes on as another, as
/// CloudWatch takes no more. A line without a time of its own has that of the line before.
///
/// # Errors
///
/// The input can't be read, or is no whole gzip stream.
pub fn read(
    input: impl Read,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<Reading> {
    let mut input = Prefixed::new(gzip::unpacked(input)?)?;
    let mut reading = Reading { format: Format::of(input.prefix()), ..Reading::default() };
    match reading.format {
        None => {}
        Some(Format::Document) => document::read(&mut input, &mut reading, each)?,
        Some(format) => lines::read(&mut input, format, &mut reading, each)?,
    }
    Ok(reading)
}
