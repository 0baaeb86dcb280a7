//! What triggered an invocation.

mod documents;
mod http;
mod messages;
mod object;

use object::Object;
use powertools_core::Invocation;

use crate::{
    record::{Draft, Key, Purpose, Scalar},
    tracer::trace_of,
};

/// Remembers what triggered a sampled invocation, if its event is that of a service of AWS.
pub(super) fn recognise(invocation: &Invocation, event: &[u8]) {
    // What nobody will see is not looked for.
    if let Some(trigger) = trace_of(invocation).and_then(|_| Trigger::of_event(event)) {
        invocation.extension_or_init(|| trigger);
    }
}

/// Writes what is known of the trigger into the handler's span, and tells whether that is anything.
pub(super) fn describe(draft: &mut Draft, invocation: &Invocation) -> bool {
    let trigger = invocation.extension::<Trigger>();
    if let Some(trigger) = trigger {
        trigger.describe(draft);
    }
    trigger.is_some()
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
}

impl Trigger {
    /// Recognises an event of a service of AWS.
    fn of_event(event: &[u8]) -> Option<Self> {
        let event = Object::parse(event)?;
        match event.list("Records")? {
            records @ [first, ..] => Self::of_records(records, source(first)?),
            [] => {
                Self::broker(&event).or_else(|| Self::http(&event)).or_else(|| Self::bridge(&event))
            }
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

    fn describe(&self, draft: &mut Draft) {
        for (key, value) in &self.attributes {
            draft.text(Purpose::Attribute, Key::Static(key), value);
        }
        if let Some(count) = self.messages {
            let key = Key::Static("messaging.batch.message_count");
            draft.scalar(Purpose::Attribute, key, Scalar::U64(count));
        }
        for link in &self.links {
            draft.text(Purpose::Link, Key::Static(""), link);
        }
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
