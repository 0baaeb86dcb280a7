//! Log events, and the fields that the service discovers in them.

mod discovery;
mod fragment;
mod json;
mod lambda;
mod surrogates;
mod time;

pub(crate) use discovery::{Discovery, is_given, is_in_line};
#[cfg(feature = "command")]
pub(crate) use fragment::candidates as json_in;
pub(crate) use json::{element_values, path_in};
pub(crate) use surrogates::repaired as without_lone_surrogates;
pub(crate) use time::instant;

/// One log event, as the service stores it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogEvent<'a> {
    /// `@timestamp`, in milliseconds since 1970; by default, the time in the message.
    pub timestamp: Option<i64>,
    /// `@ingestionTime`, in milliseconds since 1970.
    pub ingestion_time: Option<i64>,
    /// `@logStream`
    pub log_stream: Option<&'a str>,
    /// `@log`: the account and the log group.
    pub log: Option<&'a str>,
    /// `@message`
    pub message: &'a str,
}

impl<'a> LogEvent<'a> {
    /// Creates an event with only a message.
    pub fn new(message: &'a str) -> Self {
        Self { message, ..Self::default() }
    }

    /// Sets `@timestamp`, in milliseconds since 1970.
    pub fn timestamp(self, millis: i64) -> Self {
        Self { timestamp: Some(millis), ..self }
    }

    /// Sets `@ingestionTime`, in milliseconds since 1970.
    pub fn ingestion_time(self, millis: i64) -> Self {
        Self { ingestion_time: Some(millis), ..self }
    }

    /// Sets `@logStream`.
    pub fn log_stream(self, name: &'a str) -> Self {
        Self { log_stream: Some(name), ..self }
    }

    /// Sets `@log`.
    pub fn log(self, name: &'a str) -> Self {
        Self { log: Some(name), ..self }
    }
}
