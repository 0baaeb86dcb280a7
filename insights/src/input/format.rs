use super::{envelope, time};

/// What an input is taken for, by its first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Lines as a function writes them, or events as JSON lines.
    Lines,
    /// The text of `aws logs tail`: time, log stream, message.
    Tail,
    /// The text of `aws logs tail --format short`: time without offset, message.
    ShortTail,
    /// An export to S3: time, message.
    S3Export,
    /// JSON documents that hold events.
    Document,
}

impl Format {
    pub(super) fn of(prefix: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(prefix);
        let text = text.trim_start();
        let line = text.lines().next()?.trim_end();
        Some(if is_document(text) {
            Self::Document
        } else if tail(line).is_some() {
            Self::Tail
        } else if exported(line).is_some() {
            Self::S3Export
        } else if short_tail(line).is_some() {
            Self::ShortTail
        } else {
            Self::Lines
        })
    }

    /// Cuts what stands before the message off a line; `None` is a line that goes on with an event.
    pub(super) fn head(self, line: &str) -> Option<Head<'_>> {
        match self {
            Self::Lines | Self::Document => None,
            Self::Tail => tail(line),
            Self::ShortTail => short_tail(line),
            Self::S3Export => exported(line),
        }
    }
}

/// What stands before a message, and the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) timestamp: i64,
    pub(super) log_stream: Option<&'a str>,
    pub(super) message: &'a str,
}

/// `2026-11-20T11:31:18.967000+00:00 2026/11/20/[$LATEST]abc message`
fn tail(line: &str) -> Option<Head<'_>> {
    let (timestamp, length) = time::at_start(line)?;
    if !line.get(..length)?.ends_with("+00:00") {
        return None;
    }
    let (log_stream, message) = line.get(length..)?.strip_prefix(' ')?.split_once(' ')?;
    Some(Head { timestamp, log_stream: Some(log_stream), message })
}

/// `2026-11-20T11:31:18.967Z message`
fn exported(line: &str) -> Option<Head<'_>> {
    let (timestamp, length) = time::at_start(line)?;
    let message = line.get(length..)?.strip_prefix(' ')?;
    line.get(..length)?.ends_with('Z').then_some(Head { timestamp, log_stream: None, message })
}

/// `2026-11-20T11:31:18 message`
fn short_tail(line: &str) -> Option<Head<'_>> {
    let (time, message) = (line.get(..19)?, line.get(19..)?.strip_prefix(' ')?);
    let (timestamp, _) = time::at_start(&format!("{time}Z"))?;
    Some(Head { timestamp, log_stream: None, message })
}

/// Tells whether a JSON document begins that holds events; a line that is an event does not.
fn is_document(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{') else { return false };
    let inner = inner.trim_start();
    let key = inner.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let Some((key, value)) = key else { return false };
    let is_list =
        value.trim_start().strip_prefix(':').is_some_and(|it| it.trim_start().starts_with('['));
    match key {
        "events" | "logEvents" | "searchedLogStreams" => is_list,
        "nextForwardToken" | "nextBackwardToken" | "nextToken" => text.contains("\"events\""),
        "messageType" | "owner" | "logGroup" | "logStream" | "subscriptionFilters" => {
            text.contains("\"logEvents\"") && !envelope::is_likely(text)
        }
        _ => false,
    }
}
