use powertools_core::json::write_string;

use super::write_value;
use crate::{Kind, Span, Value};

/// What a span says of a call in OpenTelemetry's semantic conventions, which X-Ray has members for.
#[derive(Default)]
pub(super) struct Semantics<'a> {
    http: Http<'a>,
    aws: Aws<'a>,
    is_aws: bool,
    is_remote: bool,
    service: Option<&'a str>,
    peer: Option<&'a str>,
}

#[derive(Default)]
struct Http<'a> {
    method: Option<&'a str>,
    url: Option<&'a str>,
    user_agent: Option<&'a str>,
    client_ip: Option<&'a str>,
    status: Option<i64>,
    content_length: Option<i64>,
}

#[derive(Default)]
struct Aws<'a> {
    operation: Option<&'a str>,
    region: Option<&'a str>,
    request_id: Option<&'a str>,
    table_name: Option<&'a str>,
    queue_url: Option<&'a str>,
    retries: Option<i64>,
    error: Option<&'a str>,
}

/// What services say, beside the status 429, when there were too many calls; AWS's SDK tells them so too.
const THROTTLED: [&str; 10] = [
    "BandwidthLimitExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// The longest text in the member `http`, in characters.
const LONGEST: usize = 250;

impl<'a> Semantics<'a> {
    /// Reads them from a span; a step within the program is not told in these terms.
    pub(super) fn of(span: &Span<'a>) -> Option<Self> {
        if span.kind() == Kind::Internal {
            return None;
        }
        let is_remote = matches!(span.kind(), Kind::Client | Kind::Producer);
        let mut semantics = Self { is_remote, ..Self::default() };
        // Fields may be annotations as well.
        let told = span.attributes().chain(span.annotations());
        told.for_each(|(key, value)| semantics.take(key, value));
        Some(semantics)
    }

    fn take(&mut self, key: &str, value: Value<'a>) {
        let text = |place: &mut Option<&'a str>| {
            if let Value::Text(text) = value {
                *place = Some(text);
            }
        };
        let number = |place: &mut Option<i64>| *place = whole(value);
        match key {
            "http.request.method" => text(&mut self.http.method),
            "url.full" => text(&mut self.http.url),
            "user_agent.original" => text(&mut self.http.user_agent),
            "client.address" => text(&mut self.http.client_ip),
            "http.response.status_code" => number(&mut self.http.status),
            "http.response.body.size" => number(&mut self.http.content_length),
            "rpc.system" => self.is_aws = value == Value::Text("aws-api"),
            "rpc.service" => text(&mut self.service),
            "rpc.method" => text(&mut self.aws.operation),
            "cloud.region" => text(&mut self.aws.region),
            "aws.request_id" => text(&mut self.aws.request_id),
            "aws.dynamodb.table_name" => text(&mut self.aws.table_name),
            "aws.sqs.queue.url" => text(&mut self.aws.queue_url),
            "http.request.resend_count" => number(&mut self.aws.retries),
            "error.type" => text(&mut self.aws.error),
            "peer.service" | "server.address" => text(&mut self.peer),
            _ => {}
        }
    }

    /// Tells whether an attribute stands in a member of its own already.
    pub(super) fn tells(&self, key: &str) -> bool {
        match key {
            "http.request.method" => is_whole(self.http.method),
            "url.full" => is_whole(self.http.url),
            "user_agent.original" => is_whole(self.http.user_agent),
            "client.address" => self.http.client_ip.is_some(),
            "http.response.status_code" => self.http.status.is_some(),
            "http.response.body.size" => self.http.content_length.is_some(),
            "rpc.system"
            | "rpc.service"
            | "rpc.method"
            | "aws.request_id"
            | "aws.dynamodb.table_name"
            | "aws.sqs.queue.url"
            | "http.request.resend_count"
            | "error.type"
            | "cloud.region" => self.is_aws,
            _ => false,
        }
    }

    /// Returns whom the call goes to: X-Ray's map shows it under this name.
    pub(super) fn remote_name(&self) -> Option<&'a str> {
        let service = self.service.filter(|_| self.is_aws);
        service.or(self.peer.filter(|_| self.is_remote))
    }

    fn is_throttled(&self) -> bool {
        self.is_aws && self.aws.error.is_some_and(|error| THROTTLED.contains(&error))
    }

    /// Tells whether the answer says that the server failed.
    pub(super) fn is_fault(&self) -> bool {
        self.http.status.is_some_and(|status| status >= 500)
    }

    /// Writes the flags of an answer that says that the client is wrong.
    pub(super) fn write_errors(&self, out: &mut Vec<u8>) {
        let status = self.http.status.unwrap_or_default();
        if (400..500).contains(&status) {
            out.extend_from_slice(b",\"error\":true");
        }
        if status == 429 || self.is_throttled() {
            out.extend_from_slice(b",\"throttle\":true");
        }
    }

    /// Writes `namespace`, `http` and `aws`, each if there is something to tell.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if self.is_aws {
            out.extend_from_slice(b",\"namespace\":\"aws\"");
        } else if self.is_remote {
            out.extend_from_slice(b",\"namespace\":\"remote\"");
        }
        self.write_http(out);
        if self.is_aws {
            self.write_aws(out);
        }
    }

    fn write_http(&self, out: &mut Vec<u8>) {
        let http = &self.http;
        let request = [
            ("method", http.method),
            ("url", http.url),
            ("user_agent", http.user_agent),
            ("client_ip", http.client_ip),
        ];
        let response = [("status", http.status), ("content_length", http.content_length)];
        let has_request = request.iter().any(|(_, value)| value.is_some());
        let has_response = response.iter().any(|(_, value)| value.is_some());
        if !has_request && !has_response {
            return;
        }
        out.extend_from_slice(b",\"http\":{");
        if has_request {
            out.extend_from_slice(b"\"request\":{");
            let request =
                request.map(|(key, text)| (key, text.map(|it| Value::Text(shortened(it)))));
            write_members(out, &request);
            out.extend_from_slice(if has_response { b"}," } else { b"}" });
        }
        if has_response {
            out.extend_from_slice(b"\"response\":{");
            write_members(out, &response.map(|(key, number)| (key, number.map(Value::I64))));
            out.push(b'}');
        }
        out.push(b'}');
    }

    fn write_aws(&self, out: &mut Vec<u8>) {
        let aws = &self.aws;
        out.extend_from_slice(b",\"aws\":{");
        let text = |text: Option<&'a str>| text.map(Value::Text);
        write_members(
            out,
            &[
                ("operation", text(aws.operation)),
                ("region", text(aws.region)),
                ("request_id", text(aws.request_id)),
                ("table_name", text(aws.table_name)),
                ("queue_url", text(aws.queue_url)),
                ("retries", aws.retries.map(Value::I64)),
            ],
        );
        out.push(b'}');
    }
}

/// Writes the members that are there, without braces; the keys need no escapes.
fn write_members(out: &mut Vec<u8>, members: &[(&str, Option<Value<'_>>)]) {
    let members = members.iter().filter_map(|(key, value)| Some((key, (*value)?)));
    for (at, (key, value)) in members.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_string(out, key);
        out.push(b':');
        write_value(out, value);
    }
}

/// Tells whether nothing is left out of a text that is there.
fn is_whole(text: Option<&str>) -> bool {
    text.is_some_and(|text| shortened(text) == text)
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// Returns a whole number that is not negative: statuses, sizes and retries are such.
fn whole(value: Value<'_>) -> Option<i64> {
    match value {
        Value::I64(number) => Some(number).filter(|number| *number >= 0),
        Value::U64(number) => i64::try_from(number).ok(),
        _ => None,
    }
}
