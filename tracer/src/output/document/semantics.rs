use std::borrow::Cow;

use powertools_core::json::write_string;

use super::value::write_value;
use crate::{Kind, Span, Value};

/// What a span says of a call in OpenTelemetry's semantic conventions, which X-Ray has members for.
pub(super) struct Semantics<'a> {
    /// For each part where in [`NAMES`] the attribute stands that tells it, and its value.
    told: [Option<(usize, Value<'a>)>; PARTS],
    is_aws: bool,
    is_remote: bool,
    is_ok: bool,
}

/// What is told of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Method,
    Url,
    Path,
    Scheme,
    Host,
    UserAgent,
    ClientIp,
    Status,
    ContentLength,
    System,
    Service,
    Operation,
    Region,
    RequestId,
    TableName,
    QueueUrl,
    Retries,
    Error,
    Peer,
}

const PARTS: usize = Part::Peer as usize + 1;

/// The attributes that tell a part; where there are several, the first counts.
///
/// The names of today, and those that the conventions had before and that much code still gives. Source:
/// OpenTelemetry's "HTTP semantic convention stability migration"; for calls of AWS, the X-Ray exporter of the
/// OpenTelemetry collector.
const NAMES: [(&str, Part); 45] = [
    ("http.request.method", Part::Method),
    ("http.method", Part::Method),
    ("url.full", Part::Url),
    ("http.url", Part::Url),
    ("url.path", Part::Path),
    ("http.target", Part::Path),
    ("url.scheme", Part::Scheme),
    ("http.scheme", Part::Scheme),
    ("http.host", Part::Host),
    ("http.server_name", Part::Host),
    ("net.host.name", Part::Host),
    ("user_agent.original", Part::UserAgent),
    ("http.user_agent", Part::UserAgent),
    ("client.address", Part::ClientIp),
    ("http.client_ip", Part::ClientIp),
    ("net.sock.peer.addr", Part::ClientIp),
    ("net.peer.ip", Part::ClientIp),
    ("http.response.status_code", Part::Status),
    ("http.status_code", Part::Status),
    ("http.response.body.size", Part::ContentLength),
    ("http.response_content_length", Part::ContentLength),
    ("rpc.system", Part::System),
    ("rpc.service", Part::Service),
    ("aws.service", Part::Service),
    ("rpc.method", Part::Operation),
    ("aws.operation", Part::Operation),
    ("cloud.region", Part::Region),
    ("aws.region", Part::Region),
    ("aws.request_id", Part::RequestId),
    ("aws.requestId", Part::RequestId),
    ("aws.dynamodb.table_name", Part::TableName),
    ("aws.table_name", Part::TableName),
    ("aws.table.name", Part::TableName),
    ("aws.sqs.queue.url", Part::QueueUrl),
    ("aws.sqs.queue_url", Part::QueueUrl),
    ("aws.queue_url", Part::QueueUrl),
    ("aws.queue.url", Part::QueueUrl),
    ("http.request.resend_count", Part::Retries),
    ("http.resend_count", Part::Retries),
    ("http.retry_count", Part::Retries),
    ("error.type", Part::Error),
    ("peer.service", Part::Peer),
    ("server.address", Part::Peer),
    ("net.peer.name", Part::Peer),
    ("net.sock.peer.name", Part::Peer),
];

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
        let mut semantics =
            Self { told: [None; PARTS], is_aws: false, is_remote, is_ok: span.is_ok() };
        // Fields may be annotations as well.
        let told = span.attributes().chain(span.annotations());
        told.for_each(|(key, value)| semantics.take(key, value));
        semantics.is_aws = semantics.text(Part::System) == Some("aws-api");
        Some(semantics)
    }

    fn take(&mut self, key: &str, value: Value<'a>) {
        let Some(name) = NAMES.iter().position(|(name, _)| *name == key) else {
            return;
        };
        let part = NAMES[name].1;
        let told = &mut self.told[part as usize];
        let is_better = told.is_none_or(|(other, _)| name <= other);
        if is_better
            && (if is_number(part) { whole(value).is_some() } else { text(value).is_some() })
        {
            *told = Some((name, value));
        }
    }

    fn text(&self, part: Part) -> Option<&'a str> {
        self.told[part as usize].and_then(|(_, value)| text(value))
    }

    fn number(&self, part: Part) -> Option<i64> {
        self.told[part as usize].and_then(|(_, value)| whole(value))
    }

    /// Tells whether an attribute stands in a member of its own already.
    pub(super) fn tells(&self, key: &str) -> bool {
        let told = self.told.iter().enumerate();
        let mut told = told.filter_map(|(part, told)| Some((part, (*told)?)));
        told.any(|(part, (name, value))| NAMES[name].0 == key && self.shows(part, value))
    }

    /// Tells whether nothing of what is told is left out of the members.
    fn shows(&self, part: usize, value: Value<'_>) -> bool {
        let is = |other: Part| part == other as usize;
        if is(Part::Method) || is(Part::Url) || is(Part::UserAgent) || is(Part::ClientIp) {
            let is_whole = text(value).is_some_and(|text| shortened(text) == text);
            return is_whole && !(is(Part::ClientIp) && self.is_remote);
        }
        if is(Part::Status) || is(Part::ContentLength) {
            return true;
        }
        let is_other = is(Part::Path) || is(Part::Scheme) || is(Part::Host) || is(Part::Peer);
        !is_other && self.is_aws
    }

    /// Returns whom the call goes to: X-Ray's map shows it under this name.
    pub(super) fn remote_name(&self) -> Option<&'a str> {
        let service = self.text(Part::Service).filter(|_| self.is_aws);
        service.or(self.text(Part::Peer).filter(|_| self.is_remote))
    }

    fn is_throttled(&self) -> bool {
        self.is_aws && self.text(Part::Error).is_some_and(|error| THROTTLED.contains(&error))
    }

    /// Tells whether the answer says that the server failed.
    pub(super) fn is_fault(&self) -> bool {
        !self.is_ok && self.number(Part::Status).is_some_and(|status| status >= 500)
    }

    /// Writes the flags of an answer that says that the client is wrong, unless it was marked as expected.
    pub(super) fn write_errors(&self, out: &mut Vec<u8>) {
        if self.is_ok {
            return;
        }
        let status = self.number(Part::Status).unwrap_or_default();
        // An error of a service of AWS with such a status is a redirection that nobody followed.
        let is_redirected = self.is_aws && self.text(Part::Error).is_some();
        if (400..500).contains(&status) || is_redirected && (300..400).contains(&status) {
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

    /// Returns the URL, which spans of servers tell in parts, and not the query then: secrets may be there.
    fn url(&self) -> Option<Cow<'a, str>> {
        if let Some(url) = self.text(Part::Url) {
            return Some(Cow::Borrowed(url));
        }
        let path = self.text(Part::Path).filter(|path| path.starts_with('/'))?;
        let path = path.split(['?', '#']).next()?;
        let host =
            self.text(Part::Host).or(self.text(Part::Peer)).filter(|host| !host.is_empty())?;
        let scheme = self.text(Part::Scheme).unwrap_or("https");
        Some(Cow::Owned(format!("{scheme}://{host}{path}")))
    }

    fn write_http(&self, out: &mut Vec<u8>) {
        let url = self.url();
        let request = [
            ("method", self.text(Part::Method)),
            ("url", url.as_deref()),
            ("user_agent", self.text(Part::UserAgent)),
            ("client_ip", self.text(Part::ClientIp).filter(|_| !self.is_remote)),
        ];
        let response = [
            ("status", self.number(Part::Status)),
            ("content_length", self.number(Part::ContentLength)),
        ];
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
        out.extend_from_slice(b",\"aws\":{");
        let text = |part| self.text(part).map(Value::Text);
        write_members(
            out,
            &[
                ("operation", text(Part::Operation)),
                ("region", text(Part::Region)),
                ("request_id", text(Part::RequestId)),
                ("table_name", text(Part::TableName)),
                ("queue_url", text(Part::QueueUrl)),
                ("retries", self.number(Part::Retries).map(Value::I64)),
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

fn shortened(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

fn is_number(part: Part) -> bool {
    matches!(part, Part::Status | Part::ContentLength | Part::Retries)
}

/// Returns a text; what was shown or debugged is one in JSON.
fn text(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Json(json) => {
            let text = json.strip_prefix('"')?.strip_suffix('"')?;
            (!text.contains('\\')).then_some(text)
        }
        _ => None,
    }
}

/// Returns a whole number that is not negative, which may be written as text: statuses, sizes and retries are such.
pub(crate) fn whole(value: Value<'_>) -> Option<i64> {
    match value {
        Value::I64(number) => Some(number).filter(|number| *number >= 0),
        Value::U64(number) => i64::try_from(number).ok(),
        Value::Text(_) | Value::Json(_) => {
            let text =
                text(value).or(if let Value::Json(json) = value { Some(json) } else { None });
            text?.parse().ok().filter(|number| *number >= 0)
        }
        _ => None,
    }
}

/// Tells whether an attribute is the status of an answer.
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) fn is_status(key: &str) -> bool {
    NAMES.iter().any(|(name, part)| *part == Part::Status && *name == key)
}
