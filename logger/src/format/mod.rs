use std::time::SystemTime;

use powertools_core::{Invocation, SpanId};
use tracing::Level;

mod ecs;
mod object;
mod powertools;
mod pretty;

pub use ecs::EcsFormatter;
pub use object::Object;
pub use powertools::PowertoolsFormatter;
pub(crate) use pretty::indent;

use crate::json::ExceptionParts;

/// Decides the names, the order and the timestamp of a line's standard members.
///
/// A line is what [`head`](Formatter::head) writes, the invocation's members, the user's keys and
/// fields from outermost to innermost, an exception's members, and what [`tail`](Formatter::tail)
/// writes. Each method defaults to the [`Powertools`] format, so a formatter says only what differs:
///
/// ```
/// use powertools_logger::{Formatter, Object, Record};
///
/// struct Short;
///
/// impl Formatter for Short {
///     fn reserved(&self) -> &'static [&'static str] {
///         &["lvl", "msg", "xray_trace_id"]
///     }
///     fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
///         object.string("lvl", record.level().as_str());
///         object.message("msg", record);
///     }
/// }
/// ```
pub trait Formatter: Send + Sync + 'static {
    /// Returns every name that [`head`](Formatter::head) and [`tail`](Formatter::tail) may write.
    ///
    /// A user's member of such a name gets a trailing underscore, so that no key stands twice in a line.
    fn reserved(&self) -> &'static [&'static str] {
        PowertoolsFormatter.reserved()
    }

    /// Writes the members that come first.
    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        PowertoolsFormatter.head(record, object);
    }

    /// Writes the invocation's members; called once an invocation and again when its correlation id changes.
    fn invocation(
        &self,
        invocation: &Invocation,
        correlation_id: Option<&str>,
        object: &mut Object<'_>,
    ) {
        PowertoolsFormatter.invocation(invocation, correlation_id, object);
    }

    /// Writes the members of the event's error.
    fn exception(&self, exception: &ExceptionRecord<'_>, object: &mut Object<'_>) {
        PowertoolsFormatter.exception(exception, object);
    }

    /// Writes the members that come last.
    fn tail(&self, record: &Record<'_>, object: &mut Object<'_>) {
        PowertoolsFormatter.tail(record, object);
    }
}

/// One event, as a [`Formatter`] sees it.
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

    /// Returns where the event stands in the code: its module, or else its target.
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

/// The error of an event, as a [`Formatter`] sees it.
#[derive(Debug)]
pub struct ExceptionRecord<'a>(pub(crate) ExceptionParts<'a>);
