//! JSON documents that hold events, read one event at a time.

mod packed;
mod tee;
mod visitor;

use std::io;

use serde::de::DeserializeSeed;
use serde_json::Deserializer;
use serde_json::de::IoRead;

use super::decode::Damage;
use super::peek::Peek;
use super::sink::Sink;

use self::tee::Tee;
use self::visitor::Document;

/// Reads a document; returns whether it was whole. What was not understood of it is put back.
pub(super) fn read(
    input: &mut Peek<'_>,
    depth: usize,
    damage: &Damage,
    sink: &mut Sink<'_>,
) -> io::Result<bool> {
    let tee = Tee::new(&mut *input);
    let document = Document::new(&tee, depth, sink);
    let read = document.deserialize(&mut Deserializer::new(IoRead::new(&tee)));
    if sink.is_closed {
        return Ok(true);
    }
    let Err(error) = read else { return Ok(true) };
    if error.is_io() {
        return Err(error.into());
    }
    let unread = tee.into_unread();
    if damage.breaks_off() {
        // The rest is half an event.
        return Ok(true);
    }
    sink.reading.broken.get_or_insert_with(|| error.to_string());
    input.put_back(&unread);
    Ok(false)
}
