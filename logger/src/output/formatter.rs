use powertools_core::Invocation;

use super::{ExceptionRecord, Object, Record};

/// Decides the names, the order and the timestamp of a line's standard members.
///
/// A line is what [`head`](Formatter::head) writes, the invocation's members, the user's keys and
/// fields from outermost to innermost, an exception's members, and what [`tail`](Formatter::tail)
/// writes. Each method defaults to the [`PowertoolsFormatter`]'s format, so a formatter says only what differs:
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
    /// A user's member of such a name gets a trailing underscore, so that no key is in a line twice.
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

/// The line of Powertools for AWS Lambda, the default.
///
/// Names and types follow Powertools for Python's Logger. The timestamp is RFC 3339, because Lambda's
/// own level filter reads nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowertoolsFormatter;

impl Formatter for PowertoolsFormatter {
    fn reserved(&self) -> &'static [&'static str] {
        &[
            "level",
            "location",
            "message",
            "timestamp",
            "service",
            "sampling_rate",
            "xray_trace_id",
            "span_id",
        ]
    }

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        object.powertools_head(record);
        if let Some(rate) = record.sampling_rate() {
            object.json("sampling_rate", &rate);
        }
    }

    fn invocation(
        &self,
        invocation: &Invocation,
        correlation_id: Option<&str>,
        object: &mut Object<'_>,
    ) {
        object.bool("cold_start", invocation.is_cold_start());
        object.string("function_name", invocation.function_name());
        if let Some(memory) = invocation.memory_mb() {
            object.integer("function_memory_size", memory.into());
        }
        object.string("function_arn", invocation.function_arn());
        object.string("function_request_id", invocation.request_id());
        if let Some(id) = correlation_id {
            object.string("correlation_id", id);
        }
        if let Some(tenant) = invocation.tenant_id() {
            object.string("tenant_id", tenant);
        }
    }

    fn exception(&self, exception: &ExceptionRecord<'_>, object: &mut Object<'_>) {
        object.exception_message("exception", exception);
        object.exception_name("exception_name", exception);
        object.root_cause("root_cause", exception);
        object.stack_trace("stack_trace", exception);
    }

    fn tail(&self, record: &Record<'_>, object: &mut Object<'_>) {
        object.powertools_tail(record);
    }
}
