//! Queues, topics, streams, brokers, and what EventBridge sends.

use super::{Trigger, arn, json_reader::Object, source};
use crate::TraceHeader;

/// How many traces of messages are linked to; a span has no room for many more.
const MOST_LINKS: usize = 100;

/// Brokers of messages, the kind of trigger that they are, and OpenTelemetry's names for them.
const BROKERS: [(&str, &str, Option<&str>); 5] = [
    ("aws:kafka", "pubsub", Some("kafka")),
    ("SelfManagedKafka", "pubsub", Some("kafka")),
    ("aws:mq", "pubsub", Some("activemq")),
    ("aws:rmq", "pubsub", Some("rabbitmq")),
    ("aws:docdb", "datasource", None),
];

impl Trigger {
    pub(super) fn sqs(records: &[Object<'_>]) -> Self {
        let id = only(records).and_then(|record| record.text("messageId"));
        let queue = records.first().and_then(arn).and_then(last_part);
        let mut trigger = Self::messages("aws_sqs", queue, records, id);
        for header in records.iter().filter_map(trace_header) {
            if trigger.links.len() == MOST_LINKS {
                trigger.links_left_out += 1;
                continue;
            }
            // Messages that were sent together share one.
            let is_new = !trigger.links.iter().any(|link| link == header);
            if is_new && TraceHeader::parse(header).is_some() {
                trigger.links.push(header.to_owned());
            }
        }
        trigger
    }

    pub(super) fn sns(records: &[Object<'_>]) -> Self {
        let id = only(records).and_then(|record| record.object("Sns")?.text("MessageId"));
        let first = records.first().and_then(|record| record.object("Sns"));
        let topic = first.and_then(|sns| last_part(sns.text("TopicArn")?));
        Self::messages("aws.sns", topic, records, id)
    }

    pub(super) fn kinesis(records: &[Object<'_>]) -> Self {
        let stream = records.first().and_then(arn).and_then(last_part);
        let stream = stream.map(|stream| stream.strip_prefix("stream/").unwrap_or(stream));
        Self::messages("aws.kinesis", stream, records, None)
    }

    /// Describes messages; a message that is alone is told by its id.
    fn messages(
        system: &str,
        destination: Option<&str>,
        records: &[Object<'_>],
        id: Option<&str>,
    ) -> Self {
        let mut trigger = Self::of_kind(
            "pubsub",
            &[
                ("messaging.system", Some(system)),
                ("messaging.operation.type", Some("process")),
                ("messaging.destination.name", destination),
                ("messaging.message.id", id),
            ],
        );
        trigger.messages = Some(records.len() as u64);
        trigger
    }

    /// Kafka, MQ and others that are polled: they name themselves in the event, not in each record.
    pub(super) fn broker(event: &Object<'_>) -> Option<Self> {
        let source = source(event)?;
        let (_, kind, system) = BROKERS.into_iter().find(|(name, ..)| *name == source)?;
        Some(Self::of_kind(
            kind,
            &[
                ("messaging.system", system),
                ("messaging.operation.type", system.map(|_| "process")),
            ],
        ))
    }

    /// EventBridge: a schedule, or an event of anybody's.
    pub(super) fn bridge(event: &Object<'_>) -> Option<Self> {
        let (source, detail_type) = (event.text("source")?, event.text("detail-type")?);
        if !event.has("detail") {
            return None;
        }
        if detail_type == "Scheduled Event" && matches!(source, "aws.events" | "aws.scheduler") {
            return Some(Self::of_kind("timer", &[("faas.time", event.text("time"))]));
        }
        Some(Self::of_kind(
            "pubsub",
            &[
                ("messaging.system", Some("aws.eventbridge")),
                ("messaging.operation.type", Some("process")),
                // The conventions have no names for these, and which bus it was is not told.
                ("aws.eventbridge.source", Some(source)),
                ("aws.eventbridge.detail_type", Some(detail_type)),
            ],
        ))
    }
}

/// Returns the record that is alone.
fn only<'a, 'b>(records: &'a [Object<'b>]) -> Option<&'a Object<'b>> {
    if let [only] = records { Some(only) } else { None }
}

fn trace_header<'a>(record: &'a Object<'_>) -> Option<&'a str> {
    record.object("attributes")?.text("AWSTraceHeader")
}

/// Returns the name of a queue, a topic or a stream: what comes last in its ARN.
fn last_part(arn: &str) -> Option<&str> {
    arn.rsplit(':').next()
}
