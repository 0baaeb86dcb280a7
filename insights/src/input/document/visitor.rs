use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::packed;
use super::tee::Tee;
use crate::input::envelope::{Row, field_of};
use crate::input::sink::Sink;

/// A document whose events are passed on as they are read.
pub(super) struct Document<'d, 's, R> {
    tee: &'d Tee<R>,
    depth: usize,
    sink: &'d mut Sink<'s>,
    source: Source,
}

/// What a document says of all its events; it stands before them.
#[derive(Default)]
struct Source {
    log: Option<String>,
    log_stream: Option<String>,
    is_control: bool,
}

/// What the elements of a list are.
#[derive(Clone, Copy)]
enum Elements {
    Events,
    Records,
    /// Events, rows, or lines of functions: each shows itself.
    Any,
}

impl<'d, 's, R> Document<'d, 's, R> {
    pub(super) fn new(tee: &'d Tee<R>, depth: usize, sink: &'d mut Sink<'s>) -> Self {
        Self { tee, depth, sink, source: Source::default() }
    }
}

impl<'de, R: Read> DeserializeSeed<'de> for Document<'_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        Level(&mut self).deserialize(deserializer)
    }
}

/// An object on the way to the events, or the list of them.
struct Level<'l, 'd, 's, R>(&'l mut Document<'d, 's, R>);

impl<'de, R: Read> DeserializeSeed<'de> for Level<'_, '_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, R: Read> Visitor<'de> for Level<'_, '_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document with log events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<(), A::Error> {
        List { document: self.0, elements: Elements::Any }.visit_seq(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let document = self.0;
        while let Some(key) = map.next_key::<String>()? {
            let source = &mut document.source;
            match key.as_str() {
                "events" | "logEvents" | "sessionResults" | "results" => {
                    map.next_value_seed(List { document, elements: Elements::Events })?;
                }
                "Records" | "records" => {
                    map.next_value_seed(List { document, elements: Elements::Records })?;
                }
                "sessionUpdate" => map.next_value_seed(Level(document))?,
                "awslogs" => {
                    let packed: Box<RawValue> = map.next_value()?;
                    if !packed::read_record(packed.get(), document.depth, document.sink) {
                        return Err(A::Error::custom("'awslogs' holds no packed events"));
                    }
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

struct List<'l, 'd, 's, R> {
    document: &'l mut Document<'d, 's, R>,
    elements: Elements,
}

impl<'de, R: Read> DeserializeSeed<'de> for List<'_, '_, '_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, R: Read> Visitor<'de> for List<'_, '_, '_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of log events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Document { tee, depth, sink, source } = self.document;
        let mut fields = Row::default();
        while let Some(element) = elements.next_element::<Box<RawValue>>()? {
            let json = element.get();
            match (self.elements, field_of(json)) {
                // The list is one row.
                (Elements::Any, Some((name, value))) => fields.set(&name, value),
                (Elements::Records, _) if packed::read_record(json, *depth, sink) => {}
                _ if source.is_control => {}
                (elements, _) => {
                    let row = Row::of(json, matches!(elements, Elements::Events));
                    let (log, stream) = (source.log.as_deref(), source.log_stream.as_deref());
                    row.with(log, stream, |event| sink.take(event));
                }
            }
            tee.forget();
            if sink.is_closed {
                return Err(A::Error::custom("enough was read"));
            }
        }
        if !fields.is_empty() {
            fields.with(None, None, |event| sink.take(event));
        }
        Ok(())
    }
}
