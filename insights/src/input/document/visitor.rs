use std::fmt;
use std::io::BufRead;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::tee::Tee;
use crate::input::{LogEvent, Reading};

/// A document whose events are passed on as they are read.
pub(super) struct Document<'a, R> {
    pub(super) tee: &'a Tee<R>,
    pub(super) reading: &'a mut Reading,
    pub(super) stopped: &'a mut bool,
    pub(super) each: &'a mut dyn FnMut(&LogEvent<'_>) -> ControlFlow<()>,
}

/// What a document says of all its events; it stands before them.
#[derive(Default)]
struct Source {
    log: Option<String>,
    log_stream: Option<String>,
    is_control: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    timestamp: Option<i64>,
    ingestion_time: Option<i64>,
    log_stream_name: Option<String>,
    message: String,
}

impl<'de, R: BufRead> DeserializeSeed<'de> for Document<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, R: BufRead> Visitor<'de> for Document<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document with log events")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut source = Source::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "events" | "logEvents" => {
                    map.next_value_seed(Events { document: &mut self, source: &source })?;
                }
                "messageType" => {
                    source.is_control = map.next_value::<String>()? == "CONTROL_MESSAGE";
                }
                "logGroup" => source.log = map.next_value()?,
                "logStream" => source.log_stream = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Events<'a, 'd, R> {
    document: &'a mut Document<'d, R>,
    source: &'a Source,
}

impl<'de, R: BufRead> DeserializeSeed<'de> for Events<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: BufRead> Visitor<'de> for Events<'_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of log events")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut events: A) -> Result<(), A::Error> {
        while let Some(event) = events.next_element::<Event>()? {
            self.document.tee.forget();
            if self.source.is_control {
                continue;
            }
            if self.pass(&event).is_break() {
                *self.document.stopped = true;
                return Err(A::Error::custom("enough was read"));
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Events<'_, '_, R> {
    fn pass(&mut self, event: &Event) -> ControlFlow<()> {
        self.document.reading.events += 1;
        let message = event.message.trim_end_matches(['\n', '\r']);
        let log_stream = event.log_stream_name.as_deref().or(self.source.log_stream.as_deref());
        let Event { timestamp, ingestion_time, .. } = *event;
        let log = self.source.log.as_deref();
        (self.document.each)(&LogEvent { timestamp, ingestion_time, log_stream, log, message })
    }
}
