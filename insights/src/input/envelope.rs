//! Events and rows of results as JSON.

mod row;

use std::borrow::Cow;

use serde::Deserialize;

use super::LogEvent;

pub(super) use self::row::{Row, field_of};

/// An event as a JSON object, as the APIs and the local runtime's log file have it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Envelope<'a> {
    timestamp: i64,
    #[serde(borrow)]
    message: Cow<'a, str>,
    ingestion_time: Option<i64>,
    #[serde(borrow, alias = "logStreamName")]
    log_stream: Option<Cow<'a, str>>,
    #[serde(borrow, alias = "logGroupName", alias = "logGroupIdentifier")]
    log_group: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "eventId", alias = "id", alias = "ptr")]
    _id: Option<Cow<'a, str>>,
}

impl<'a> Envelope<'a> {
    /// Reads a text that is an event in JSON, and nothing more.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        if !is_likely(text) {
            return None;
        }
        serde_json::from_str(text).ok()
    }

    pub(super) fn event(&self) -> LogEvent<'_> {
        LogEvent {
            timestamp: Some(self.timestamp),
            ingestion_time: self.ingestion_time,
            log_stream: self.log_stream.as_deref(),
            log: self.log_group.as_deref(),
            message: self.message.trim_end_matches(['\n', '\r']),
        }
    }
}

/// Tells by its first key whether a line may be one.
pub(super) fn is_likely(line: &str) -> bool {
    let keys =
        ["timestamp", "logStreamName", "logStream", "eventId", "ingestionTime", "message", "id"];
    let key = line.strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('"'));
    let key = key.and_then(|rest| rest.split_once('"')).map_or("", |(key, _)| key);
    // Members of a line of a function that has such a key first are too many, as a rule.
    keys.contains(&key) && line.contains("\"timestamp\":") && line.contains("\"message\":")
}
