//! JSON documents that hold events, read one event at a time.

mod tee;
mod visitor;

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use serde::de::DeserializeSeed;
use serde_json::Deserializer;
use serde_json::de::IoRead;

use super::{Format, LogEvent, Reading, lines};

use self::tee::Tee;
use self::visitor::Document;

/// Reads documents, one after the other, until one is none; what it had begun is then read as lines.
pub(super) fn read(
    input: &mut impl BufRead,
    reading: &mut Reading,
    each: &mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let tee = Tee::new(&mut *input);
    loop {
        if !tee.begins()? {
            return Ok(());
        }
        let mut stopped = false;
        let document = Document { tee: &tee, reading, stopped: &mut stopped, each };
        let read = document.deserialize(&mut Deserializer::new(IoRead::new(&tee)));
        if stopped {
            return Ok(());
        }
        if let Err(error) = read {
            if error.is_io() {
                return Err(error.into());
            }
            reading.broken = Some(error.to_string());
            break;
        }
    }
    let unread = tee.into_unread();
    let mut rest = unread.as_slice().chain(input);
    lines::read(&mut rest, Format::Lines, reading, each)
}
