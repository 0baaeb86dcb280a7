//! How JSON documents that hold events begin.

use crate::input::envelope;

/// How base64 of gzip begins, whatever is in it.
const PACKED: &str = "H4sI";

/// Tells whether a text begins with a JSON document that holds events; a line that is an event does not.
pub(super) fn begins(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'{') => object_begins(text),
        Some(b'[') => array_begins(text),
        _ => false,
    }
}

fn object_begins(text: &str) -> bool {
    let Some((key, value)) = first_member(text) else { return false };
    let is_list = value.starts_with('[');
    match key {
        "events" | "logEvents" => is_list && holds_events(text, value),
        "searchedLogStreams" => is_list,
        "nextForwardToken" | "nextBackwardToken" | "nextToken" => text.contains("\"events\""),
        "messageType" | "owner" | "logGroup" | "logStream" | "subscriptionFilters" => {
            text.contains("\"logEvents\"") && !envelope::is_likely(text)
        }
        "results" | "queryLanguage" | "statistics" | "status" | "encryptionKey" => {
            let (_, results) = text.split_once("\"results\"").unwrap_or_default();
            let rows =
                results.trim_start_matches([' ', ':']).strip_prefix('[').map(str::trim_start);
            let is_row = |rows: &str| rows.starts_with('[') && rows.contains("\"field\"");
            rows.is_some_and(|rows| {
                is_row(rows) || rows.starts_with(']') && text.contains("\"statistics\"")
            })
        }
        "sessionStart" | "sessionUpdate" | "sessionMetadata" | "sessionResults" => {
            text.contains("\"logGroupIdentifier") || text.contains("\"sessionResults\"")
        }
        "awslogs" => text.contains(PACKED),
        "Records"
        | "records"
        | "NextShardIterator"
        | "MillisBehindLatest"
        | "invocationId"
        | "deliveryStreamArn"
        | "sourceKinesisStreamArn"
        | "requestId" => text.contains("ecords\"") && text.contains(PACKED),
        _ => false,
    }
}

/// Tells whether a list, if it is not empty, seems to hold events; a function may write a list of its own.
fn holds_events(text: &str, list: &str) -> bool {
    let line = text.lines().next().unwrap_or_default().trim_end();
    let document = if line.ends_with('}') { line } else { text };
    let has_events = document.contains("\"message\"") && document.contains("\"timestamp\"");
    has_events || list[1..].trim_start().starts_with(']')
}

/// Events, rows of results as objects or as lists of fields, or what `--query` leaves of events.
fn array_begins(text: &str) -> bool {
    let inner = text[1..].trim_start();
    match inner.as_bytes().first() {
        Some(b'{') => first_member(inner).is_some(),
        Some(b'[') => {
            let inner = inner[1..].trim_start();
            inner.starts_with(|first: char| first.is_ascii_digit())
                || inner.starts_with("{\"")
                || first_member(inner).is_some_and(|(key, _)| key == "field")
                || inner.starts_with('"')
        }
        // A list of texts in one line may be what a function wrote.
        Some(b'"') => text[1..].trim_start_matches(' ').starts_with(['\r', '\n']),
        _ => false,
    }
}

/// Returns the first key of an object, and what follows its colon.
fn first_member(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('{')?.trim_start().strip_prefix('"')?;
    let (key, value) = rest.split_once('"')?;
    Some((key, value.trim_start().strip_prefix(':')?.trim_start()))
}
