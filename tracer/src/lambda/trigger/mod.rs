//! What triggered an invocation.

mod documents;
mod http;
mod json_reader;
mod messages;

use json_reader::Object;
use powertools_core::Invocation;

use crate::{
    context::trace_of,
    model::{Key, Purpose, Scalar, SpanBuffer},
};

/// What was recognised of an event that was looked at.
struct Recognised(Option<Trigger>);

/// Remembers what triggered a sampled invocation.
pub(super) fn recognise(invocation: &Invocation, event: &[u8]) {
    // What nobody will see is not looked for.
    if trace_of(invocation).is_some() {
        invocation.extension_or_init(|| Recognised(Trigger::of_event(event)));
    }
}

/// Writes what is known of the trigger into the handler's span; with `even_other`, also that it is no service of AWS.
pub(super) fn describe(buffer: &mut SpanBuffer, invocation: &Invocation, even_other: bool) {
    match invocation.extension() {
        Some(Recognised(Some(trigger))) => trigger.describe(buffer),
        Some(Recognised(None)) if even_other => Trigger::of_kind("other", &[]).describe(buffer),
        _ => {}
    }
}

/// What the event tells of its source, in the terms of OpenTelemetry's semantic conventions.
///
/// Read from the event's bytes, so that it does not matter what type the handler gives the event; the
/// shapes are those that AWS documents for its event sources, and that `aws_lambda_events` has types for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Trigger {
    attributes: Vec<(&'static str, String)>,
    messages: Option<u64>,
    links: Vec<String>,
    /// How many traces were not looked at, because there are so many.
    links_left_out: u32,
}

impl Trigger {
    /// Recognises an event of a service of AWS.
    fn of_event(json: &[u8]) -> Option<Self> {
        let event = Object::parse(json)?;
        match event.list("Records")? {
            records @ [first, ..] => Self::of_records(records, source(first)?),
            [] => Self::broker(&event)
                .or_else(|| Self::http(&event, json))
                .or_else(|| Self::bridge(&event)),
        }
    }

    fn of_records(records: &[Object<'_>], source: &str) -> Option<Self> {
        Some(match source {
            "aws:sqs" => Self::sqs(records),
            "aws:sns" => Self::sns(records),
            "aws:kinesis" => Self::kinesis(records),
            "aws:s3" => Self::s3(records),
            "aws:dynamodb" => Self::dynamodb(records),
            _ => Self::of_kind("other", &[]),
        })
    }

    fn describe(&self, buffer: &mut SpanBuffer) {
        for (key, value) in &self.attributes {
            buffer.text(Purpose::Attribute, Key::Static(key), value);
        }
        if let Some(count) = self.messages {
            let key = Key::Static("messaging.batch.message_count");
            buffer.scalar(Purpose::Attribute, key, Scalar::U64(count));
        }
        for link in &self.links {
            buffer.text(Purpose::Link, Key::Static(""), link);
        }
        buffer.leave_out(self.links_left_out);
    }

    /// Describes one of `http`, `pubsub`, `datasource`, `timer` and `other` by what is known of it.
    fn of_kind(kind: &str, attributes: &[(&'static str, Option<&str>)]) -> Self {
        let mut trigger = Self::default();
        for (key, value) in [("faas.trigger", Some(kind))].iter().chain(attributes) {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                trigger.attributes.push((key, value.to_owned()));
            }
        }
        trigger
    }
}

/// Returns what a record comes from; SNS writes its names with capitals.
fn source<'a>(record: &'a Object<'_>) -> Option<&'a str> {
    record.text("eventSource").or_else(|| record.text("EventSource"))
}

fn arn<'a>(record: &'a Object<'_>) -> Option<&'a str> {
    record.text("eventSourceARN")
}
