//! What triggered an invocation.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};

use crate::record::{Draft, Key, Purpose, Scalar};

/// What the event tells of its source, in the terms of OpenTelemetry's semantic conventions.
///
/// Read from the event's bytes, so that it does not matter what type the handler gives the event; the
/// shapes are those that AWS documents for its event sources, and that `aws_lambda_events` has types for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Trigger {
    attributes: Vec<(&'static str, String)>,
    messages: Option<u64>,
    links: Vec<String>,
}

impl Trigger {
    /// Recognises an event of a service of AWS.
    pub(super) fn of_event(event: &[u8]) -> Option<Self> {
        let event: Event<'_> = serde_json::from_slice(event).ok()?;
        let first = event.records.as_ref().and_then(|records| records.first());
        let source = first.and_then(Record::source);
        match source {
            Some("aws:sqs") => Some(Self::sqs(event.records.as_deref().unwrap_or_default())),
            Some("aws:sns") => Some(Self::messages("aws.sns", first?.topic(), &event)),
            Some("aws:kinesis") => Some(Self::messages("aws.kinesis", first?.resource(), &event)),
            Some("aws:s3") => Some(Self::s3(first?)),
            Some("aws:dynamodb") => Some(Self::dynamodb(first?)),
            Some(_) => Some(Self::of_kind("other")),
            None => event.http().or_else(|| event.bridge()),
        }
    }

    /// Writes what is known into the handler's span.
    pub(super) fn describe(&self, draft: &mut Draft) {
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

    fn of_kind(kind: &str) -> Self {
        Self::default().with("faas.trigger", Some(kind))
    }

    fn with(mut self, key: &'static str, value: Option<&str>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.attributes.push((key, value.to_owned()));
        }
        self
    }

    fn messages(system: &str, destination: Option<&str>, event: &Event<'_>) -> Self {
        let mut trigger = Self::of_kind("pubsub")
            .with("messaging.system", Some(system))
            .with("messaging.operation.type", Some("process"))
            .with("messaging.destination.name", destination);
        trigger.messages = event.records.as_ref().map(|records| records.len() as u64);
        trigger
    }

    fn sqs(records: &[Record<'_>]) -> Self {
        let first = records.first();
        let mut trigger = Self::of_kind("pubsub")
            .with("messaging.system", Some("aws_sqs"))
            .with("messaging.operation.type", Some("process"))
            .with("messaging.destination.name", first.and_then(Record::resource));
        if let [only] = records {
            trigger = trigger.with("messaging.message.id", only.message_id.as_deref());
        }
        trigger.messages = Some(records.len() as u64);
        let headers = records.iter().filter_map(|record| record.attributes.as_ref());
        let headers = headers.filter_map(|attributes| attributes.trace_header.as_deref());
        for header in headers {
            // Messages that were sent together share one.
            if !trigger.links.iter().any(|link| link == header) {
                trigger.links.push(header.to_owned());
            }
        }
        trigger
    }

    fn s3(record: &Record<'_>) -> Self {
        let s3 = record.s3.as_ref();
        let name = record.event_name.as_deref().unwrap_or_default();
        let operation =
            if name.contains("Removed") || name.contains("Delete") { "delete" } else { "insert" };
        Self::of_kind("datasource")
            .with("faas.document.collection", s3.and_then(|s3| s3.bucket.as_ref()?.name.as_deref()))
            .with("faas.document.operation", Some(operation))
            .with("faas.document.time", record.event_time.as_deref())
            .with("faas.document.name", s3.and_then(|s3| s3.object.as_ref()?.key.as_deref()))
    }

    fn dynamodb(record: &Record<'_>) -> Self {
        let operation = match record.event_name.as_deref() {
            Some("INSERT") => "insert",
            Some("REMOVE") => "delete",
            _ => "edit",
        };
        // arn:aws:dynamodb:region:account:table/NAME/stream/…
        let table = record.arn().and_then(|arn| arn.split('/').nth(1));
        Self::of_kind("datasource")
            .with("faas.document.collection", table)
            .with("faas.document.operation", Some(operation))
    }
}

/// Any event; what is not looked at is not kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<Record<'a>>>,
    #[serde(borrow)]
    request_context: Option<RequestContext<'a>>,
    #[serde(borrow)]
    http_method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    path: Option<Cow<'a, str>>,
    #[serde(borrow)]
    raw_path: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource: Option<Cow<'a, str>>,
    #[serde(borrow)]
    route_key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "detail-type")]
    detail_type: Option<Cow<'a, str>>,
    detail: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext<'a> {
    #[serde(borrow)]
    http: Option<Http<'a>>,
    #[serde(borrow)]
    identity: Option<Http<'a>>,
    elb: Option<IgnoredAny>,
    #[serde(borrow)]
    connection_id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http<'a> {
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    source_ip: Option<Cow<'a, str>>,
    #[serde(borrow)]
    user_agent: Option<Cow<'a, str>>,
}

/// A record; SNS writes its names with capitals.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow, alias = "EventSource")]
    event_source: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    event_time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
    #[serde(borrow)]
    s3: Option<S3<'a>>,
    #[serde(borrow, rename = "Sns")]
    sns: Option<Sns<'a>>,
}

#[derive(Deserialize)]
struct Attributes<'a> {
    #[serde(borrow, rename = "AWSTraceHeader")]
    trace_header: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct S3<'a> {
    #[serde(borrow)]
    bucket: Option<Bucket<'a>>,
    #[serde(borrow)]
    object: Option<Object<'a>>,
}

#[derive(Deserialize)]
struct Bucket<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    key: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Sns<'a> {
    #[serde(borrow, rename = "TopicArn")]
    topic_arn: Option<Cow<'a, str>>,
}

impl Event<'_> {
    /// API Gateway, function URLs, load balancers.
    fn http(&self) -> Option<Trigger> {
        let context = self.request_context.as_ref()?;
        let http = context.http.as_ref().or(context.identity.as_ref());
        let method = context.http.as_ref().and_then(|http| http.method.as_deref());
        let method = method.or(self.http_method.as_deref());
        if method.is_none() && context.elb.is_none() && context.connection_id.is_none() {
            return None;
        }
        // `GET /orders/{id}`, or `$default`, which is no route.
        let route = self.route_key.as_deref().and_then(|key| Some(key.split_once(' ')?.1));
        Some(
            Trigger::of_kind("http")
                .with("http.request.method", method)
                .with("url.path", self.raw_path.as_deref().or(self.path.as_deref()))
                .with("http.route", route.or(self.resource.as_deref()))
                .with("client.address", http.and_then(|http| http.source_ip.as_deref()))
                .with("user_agent.original", http.and_then(|http| http.user_agent.as_deref())),
        )
    }

    /// EventBridge: a schedule, or an event of anybody's.
    fn bridge(&self) -> Option<Trigger> {
        let (source, detail_type) = (self.source.as_deref()?, self.detail_type.as_deref()?);
        self.detail.as_ref()?;
        let is_schedule =
            detail_type == "Scheduled Event" && matches!(source, "aws.events" | "aws.scheduler");
        let trigger = Trigger::of_kind(if is_schedule { "timer" } else { "pubsub" });
        if is_schedule {
            return Some(trigger);
        }
        Some(
            trigger
                .with("messaging.system", Some("aws.eventbridge"))
                .with("messaging.operation.type", Some("process"))
                .with("messaging.destination.name", Some(source))
                .with("messaging.message.type", Some(detail_type)),
        )
    }
}

impl Record<'_> {
    fn source(&self) -> Option<&str> {
        self.event_source.as_deref()
    }

    fn arn(&self) -> Option<&str> {
        self.event_source_arn.as_deref()
    }

    /// Returns the queue's or the stream's name: what comes last in its ARN.
    fn resource(&self) -> Option<&str> {
        let last = self.arn()?.rsplit(':').next()?;
        Some(last.strip_prefix("stream/").unwrap_or(last))
    }

    fn topic(&self) -> Option<&str> {
        self.sns.as_ref()?.topic_arn.as_deref()?.rsplit(':').next()
    }
}
