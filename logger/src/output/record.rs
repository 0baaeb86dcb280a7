use std::time::SystemTime;

use powertools_core::{Invocation, SpanId, json::ExceptionParts};
use tracing::Level;

/// One event, as a [`Formatter`](crate::Formatter) sees it.
#[derive(Debug)]
pub struct Record<'a> {
    pub(crate) level: Level,
    pub(crate) target: &'a str,
    pub(crate) module_path: Option<&'a str>,
    pub(crate) line: Option<u32>,
    pub(crate) location: &'a [u8],
    pub(crate) message: &'a [u8],
    pub(crate) timestamp: SystemTime,
    pub(crate) timestamp_text: &'a [u8],
    pub(crate) service: &'a str,
    pub(crate) after_timestamp: &'a [u8],
    pub(crate) sampling_rate: Option<f64>,
    pub(crate) invocation: Option<&'a Invocation>,
    pub(crate) span_id: Option<SpanId>,
}

impl<'a> Record<'a> {
    /// Returns the level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Returns the target: what level directives are compared with.
    pub fn target(&self) -> &'a str {
        self.target
    }

    /// Returns the module of the event, or else its target.
    pub fn module(&self) -> &'a str {
        self.module_path.unwrap_or(self.target)
    }

    /// Returns the message as JSON: nearly always a string.
    pub fn message_json(&self) -> &'a str {
        std::str::from_utf8(self.message).unwrap_or("null")
    }

    /// Returns the line in the source file.
    pub fn line(&self) -> Option<u32> {
        self.line
    }

    /// Returns when the event happened.
    pub fn timestamp(&self) -> SystemTime {
        self.timestamp
    }

    /// Returns the timestamp in RFC 3339, UTC, with milliseconds.
    pub fn timestamp_text(&self) -> &'a str {
        std::str::from_utf8(self.timestamp_text).unwrap_or_default()
    }

    /// Returns the service name.
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// Returns the share of invocations that are logged at DEBUG, where sampling is on.
    pub fn sampling_rate(&self) -> Option<f64> {
        self.sampling_rate
    }

    /// Returns the invocation, unless the event happened outside any.
    pub fn invocation(&self) -> Option<&'a Invocation> {
        self.invocation
    }

    /// Returns the id that a tracer gave the span around the event; its `Display` is 16 hex digits.
    pub fn span_id(&self) -> Option<SpanId> {
        self.span_id
    }
}

/// The error of an event, as a [`Formatter`](crate::Formatter) sees it.
#[derive(Debug)]
pub struct ExceptionRecord<'a>(pub(crate) ExceptionParts<'a>);
