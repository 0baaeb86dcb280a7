use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::Envelope;
use crate::event;
use crate::input::LogEvent;
use crate::input::time;

/// An event, put together from named values: a row of results, a line of CSV, or an object that has more members
/// than an event.
#[derive(Debug, Default)]
pub(in crate::input) struct Row {
    timestamp: Option<i64>,
    ingestion_time: Option<i64>,
    log_stream: Option<String>,
    log: Option<String>,
    message: Option<String>,
    /// What has no place of its own: it is the message where there is no other.
    members: serde_json::Map<String, serde_json::Value>,
}

impl Row {
    /// Reads a value in JSON: an event, a row of results, a list of an event's members, or a message.
    ///
    /// An object that is neither is a line as functions write them, and its own message.
    pub(in crate::input) fn of(json: &str, is_event: bool) -> Self {
        let json = event::without_lone_surrogates(json).map_or(Cow::Borrowed(json), Cow::Owned);
        let row = match json.as_bytes().first() {
            Some(b'{') => Self::of_object(&json, is_event),
            Some(b'[') => Self::of_list(&json),
            Some(b'"') => serde_json::from_str(&json).ok().map(Self::of_message),
            _ => None,
        };
        row.unwrap_or_else(|| Self::of_message(json.into_owned()))
    }

    fn of_message(message: String) -> Self {
        Self { message: Some(message), ..Self::default() }
    }

    fn of_object(json: &str, is_event: bool) -> Option<Self> {
        let Members(members) = serde_json::from_str(json).ok()?;
        if !is_event && !is_result(&members) && Envelope::of(json).is_none() {
            return None;
        }
        let mut row = Self::default();
        members.iter().for_each(|(name, value)| row.set_json(name, value.get()));
        Some(row)
    }

    /// Reads `[{"field": …, "value": …}, …]`, or what `--query 'events[].[timestamp, message]'` leaves.
    fn of_list(json: &str) -> Option<Self> {
        let values: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        let mut row = Self::default();
        for value in values {
            match field_of(value.get()) {
                Some((name, value)) => row.set(&name, value),
                None => row.set_unnamed(value.get()),
            }
        }
        Some(row)
    }

    /// Takes a number that can be one for the time, and the last text for the message.
    fn set_unnamed(&mut self, json: &str) {
        if let Ok(text) = serde_json::from_str::<String>(json) {
            if let Some(earlier) = self.message.replace(text) {
                self.log_stream = Some(earlier).filter(|text| text.contains("/["));
            }
        } else if let Some(time) = time::of_text(json) {
            self.timestamp.get_or_insert(time);
        }
    }

    fn set_json(&mut self, name: &str, json: &str) {
        match serde_json::from_str::<String>(json) {
            Ok(text) => self.set(name, text),
            // An object, as the console writes messages that are JSON.
            Err(_) if is_message(name) => self.message = Some(json.to_owned()),
            Err(_) if json.starts_with(['{', '[']) || !is_time(name) => {
                let value = serde_json::from_str(json).unwrap_or_default();
                self.members.insert(name.to_owned(), value);
            }
            Err(_) => {
                let time = json.parse().ok();
                let is_ingestion = name.trim_start_matches('@') == "ingestionTime";
                *(if is_ingestion { &mut self.ingestion_time } else { &mut self.timestamp }) = time;
            }
        }
    }

    /// Sets a value by the name that the API, the console or a query gives it.
    pub(in crate::input) fn set(&mut self, name: &str, value: String) {
        match name {
            "@timestamp" | "timestamp" | "Timestamp" => self.timestamp = time::of_text(&value),
            "@ingestionTime" | "ingestionTime" => self.ingestion_time = time::of_text(&value),
            "@logStream" | "logStreamName" | "logStream" => self.log_stream = Some(value),
            "@log" | "logGroupName" | "logGroup" | "logGroupIdentifier" => self.log = Some(value),
            "@ptr" | "eventId" | "ptr" => {}
            name if is_message(name) => self.message = Some(value),
            _ => {
                self.members.insert(name.to_owned(), value.into());
            }
        }
    }

    /// Tells whether nothing was set.
    pub(in crate::input) fn is_empty(&self) -> bool {
        self.message.is_none() && self.members.is_empty() && self.timestamp.is_none()
    }

    /// Passes the event on, with what is known of all events of its source.
    pub(in crate::input) fn with<T>(
        mut self,
        log: Option<&str>,
        log_stream: Option<&str>,
        pass: impl FnOnce(&LogEvent<'_>) -> T,
    ) -> T {
        let members = std::mem::take(&mut self.members);
        let message =
            self.message.unwrap_or_else(|| serde_json::Value::Object(members).to_string());
        pass(&LogEvent {
            timestamp: self.timestamp,
            ingestion_time: self.ingestion_time,
            log_stream: self.log_stream.as_deref().or(log_stream),
            log: self.log.as_deref().or(log),
            message: message.trim_end_matches(['\n', '\r']),
        })
    }
}

/// Reads `{"field": …, "value": …}`, as `get-query-results` has each value of a row.
pub(in crate::input) fn field_of(json: &str) -> Option<(String, String)> {
    let first = json.strip_prefix('{')?.trim_start();
    if !["\"field\"", "\"value\""].iter().any(|key| first.starts_with(key)) {
        return None;
    }
    let Members(members) = serde_json::from_str(json).ok()?;
    let [(first, a), (second, b)] = members.as_slice() else { return None };
    let (field, value) = match (first.as_str(), second.as_str()) {
        ("field", "value") => (a, b),
        ("value", "field") => (b, a),
        _ => return None,
    };
    Some((serde_json::from_str(field.get()).ok()?, serde_json::from_str(value.get()).ok()?))
}

/// Tells whether an object is a row of results, by the fields that only the service gives.
fn is_result(members: &[(String, &RawValue)]) -> bool {
    let given = ["@timestamp", "@message", "@logStream", "@log", "@ptr", "@ingestionTime"];
    members.iter().any(|(name, _)| given.contains(&name.as_str()))
}

fn is_message(name: &str) -> bool {
    matches!(name, "@message" | "message" | "Message")
}

fn is_time(name: &str) -> bool {
    matches!(name, "@timestamp" | "timestamp" | "Timestamp" | "@ingestionTime" | "ingestionTime")
}

/// The members of an object, in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Read).map(Self)
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}
