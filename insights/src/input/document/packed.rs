//! Events that are packed in a text: base64 of gzip, as subscriptions deliver them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::input::decode::{Damage, decoded};
use crate::input::peek::Peek;
use crate::input::read_part;
use crate::input::sink::Sink;

/// How often events may be packed in packed events.
const DEEPEST: usize = 3;

/// A record of Kinesis or Firehose, as their APIs or an event for a function have it.
#[derive(Deserialize)]
struct Record {
    #[serde(alias = "Data")]
    data: Option<String>,
    kinesis: Option<Box<Record>>,
}

/// Reads the events of a record; returns `false` if it holds none that can be unpacked.
pub(super) fn read_record(json: &str, depth: usize, sink: &mut Sink<'_>) -> bool {
    let Ok(record) = serde_json::from_str::<Record>(json) else { return false };
    let data = record.data.or_else(|| record.kinesis.and_then(|kinesis| kinesis.data));
    data.is_some_and(|data| read(&data, depth, sink))
}

/// Reads the events that a text holds; returns `false` if it can't be unpacked.
pub(super) fn read(text: &str, depth: usize, sink: &mut Sink<'_>) -> bool {
    let Some(bytes) = STANDARD.decode(text).ok().filter(|_| depth < DEEPEST) else { return false };
    let damage = Damage::default();
    sink.lent(|sink| {
        let Ok(unpacked) = decoded(bytes.as_slice(), &damage) else { return false };
        let read = read_part(&mut Peek::new(unpacked), true, depth + 1, &damage, sink);
        sink.reading.damaged = damage.reason();
        read.is_ok()
    })
}
