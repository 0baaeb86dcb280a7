//! The shapes of events, as far as they are looked at.

use std::borrow::Cow;

use serde::{Deserialize, de::IgnoredAny};

type Text<'a> = Option<Cow<'a, str>>;

/// Any event; what is not looked at is not kept.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event<'a> {
    #[serde(borrow, rename = "Records")]
    pub(super) records: Option<Vec<Record<'a>>>,
    /// Brokers of messages name themselves here and not in each record.
    #[serde(borrow)]
    pub(super) event_source: Text<'a>,
    #[serde(borrow)]
    pub(super) request_context: Option<RequestContext<'a>>,
    /// VPC Lattice has it as `method`.
    #[serde(borrow, alias = "method")]
    pub(super) http_method: Text<'a>,
    #[serde(borrow)]
    pub(super) path: Text<'a>,
    /// The first version of VPC Lattice's events has it as `raw_path`.
    #[serde(borrow, alias = "raw_path")]
    pub(super) raw_path: Text<'a>,
    #[serde(borrow)]
    pub(super) resource: Text<'a>,
    #[serde(borrow)]
    pub(super) route_key: Text<'a>,
    #[serde(borrow)]
    pub(super) source: Text<'a>,
    #[serde(borrow)]
    pub(super) time: Text<'a>,
    #[serde(borrow, rename = "detail-type")]
    pub(super) detail_type: Text<'a>,
    pub(super) detail: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestContext<'a> {
    #[serde(borrow)]
    pub(super) http: Option<Http<'a>>,
    #[serde(borrow)]
    pub(super) identity: Option<Http<'a>>,
    pub(super) elb: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(super) connection_id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Http<'a> {
    #[serde(borrow)]
    pub(super) method: Text<'a>,
    #[serde(borrow)]
    pub(super) source_ip: Text<'a>,
    #[serde(borrow)]
    pub(super) user_agent: Text<'a>,
}

/// A record; SNS writes its names with capitals.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    #[serde(borrow, alias = "EventSource")]
    event_source: Text<'a>,
    #[serde(borrow, rename = "eventSourceARN")]
    event_source_arn: Text<'a>,
    #[serde(borrow)]
    pub(super) event_name: Text<'a>,
    #[serde(borrow)]
    pub(super) event_time: Text<'a>,
    #[serde(borrow)]
    pub(super) message_id: Text<'a>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
    #[serde(borrow)]
    s3: Option<S3<'a>>,
    #[serde(borrow, rename = "Sns")]
    pub(super) sns: Option<Sns<'a>>,
}

#[derive(Deserialize)]
struct Attributes<'a> {
    #[serde(borrow, rename = "AWSTraceHeader")]
    trace_header: Text<'a>,
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
    name: Text<'a>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    key: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sns<'a> {
    #[serde(borrow)]
    pub(super) topic_arn: Text<'a>,
    #[serde(borrow)]
    pub(super) message_id: Text<'a>,
}

impl Record<'_> {
    pub(super) fn source(&self) -> Option<&str> {
        self.event_source.as_deref()
    }

    pub(super) fn arn(&self) -> Option<&str> {
        self.event_source_arn.as_deref()
    }

    pub(super) fn trace_header(&self) -> Option<&str> {
        self.attributes.as_ref()?.trace_header.as_deref()
    }

    pub(super) fn bucket(&self) -> Option<&str> {
        self.s3.as_ref()?.bucket.as_ref()?.name.as_deref()
    }

    pub(super) fn object_key(&self) -> Option<&str> {
        self.s3.as_ref()?.object.as_ref()?.key.as_deref()
    }
}
