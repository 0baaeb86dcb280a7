//! What stands before the message in a line.

use crate::input::time::{self, Stamp, Zone};

use super::Format;

/// What stands before a message, and the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) struct Head<'a> {
    pub(in crate::input) timestamp: i64,
    pub(in crate::input) log_stream: Option<&'a str>,
    pub(in crate::input) message: &'a str,
}

/// The formats whose lines have a head, the most specific first.
pub(super) const FORMATS: [Format; 6] = [
    Format::SamLogs,
    Format::CliText,
    Format::Tail,
    Format::S3Export,
    Format::ShortTail,
    Format::TimedText,
];

impl Format {
    /// Tells whether a line, by itself, shows that an input has this format.
    pub(super) fn is_shown_by(self, line: &str) -> bool {
        match self {
            Self::TimedText => shows_timed_text(line),
            Self::CliText => is_cli_event(line) || is_tokens(line),
            _ => self.head(line).is_some(),
        }
    }

    /// Cuts what stands before the message off a line; `None` is a line that goes on with an event.
    pub(in crate::input) fn head(self, line: &str) -> Option<Head<'_>> {
        match self {
            Self::Lines | Self::Document | Self::Csv => None,
            Self::Tail => tail(line),
            Self::ShortTail => short_tail(line),
            Self::S3Export => exported(line),
            Self::SamLogs => sam(line),
            Self::TimedText => stamped(line).map(|(stamp, message)| head(stamp, None, message)),
            Self::CliText => {
                let message = line.strip_prefix("EVENTS\t")?;
                Some(Head { timestamp: 0, log_stream: None, message })
            }
        }
    }

    /// Cuts a time off a line that Lambda itself wrote; functions' own lines hold theirs.
    pub(in crate::input) fn platform_head(line: &str) -> Option<Head<'_>> {
        let (stamp, message) = stamped(line)?;
        is_platform_line(message).then_some(head(stamp, None, message))
    }
}

/// Tells whether a line is one of those that Lambda writes around an invocation.
pub(in crate::input) fn is_platform_line(line: &str) -> bool {
    ["START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START ", "INIT_REPORT "]
        .iter()
        .any(|begin| line.starts_with(begin))
}

fn head<'a>(stamp: Stamp, log_stream: Option<&'a str>, message: &'a str) -> Head<'a> {
    Head { timestamp: stamp.millis, log_stream, message }
}

/// Reads a time and what follows it.
fn stamped(line: &str) -> Option<(Stamp, &str)> {
    let stamp = time::at_start(line)?;
    let rest = line.get(stamp.length..)?;
    let message = rest.strip_prefix(['\t', ' '])?;
    Some((stamp, message.trim_start_matches(' ')))
}

/// `2026-11-20T11:31:18.967000+00:00 2026/11/20/[$LATEST]abc message`
fn tail(line: &str) -> Option<Head<'_>> {
    let stamp = time::at_start(line).filter(|stamp| stamp.is_rfc3339)?;
    if !line.get(..stamp.length)?.ends_with("+00:00") {
        return None;
    }
    let (log_stream, message) = line.get(stamp.length..)?.strip_prefix(' ')?.split_once(' ')?;
    (!is_level(log_stream)).then_some(head(stamp, Some(log_stream), message))
}

/// `2026-11-20T11:31:18.967Z message`, always to the millisecond.
fn exported(line: &str) -> Option<Head<'_>> {
    let stamp = time::at_start(line)?;
    let fits = stamp.is_rfc3339 && stamp.zone == Zone::Z && stamp.fraction == 3;
    let message = line.get(stamp.length..)?.strip_prefix(' ')?;
    fits.then_some(head(stamp, None, message))
}

/// `2026-11-20T11:31:18 message`
fn short_tail(line: &str) -> Option<Head<'_>> {
    let stamp = time::at_start(line)?;
    let fits = stamp.is_rfc3339 && stamp.zone == Zone::Missing && stamp.fraction == 0;
    let message = line.get(stamp.length..)?.strip_prefix(' ')?;
    fits.then_some(head(stamp, None, message))
}

/// `2026/11/20/[$LATEST]abc 2026-11-20T11:31:18.967000 message`
fn sam(line: &str) -> Option<Head<'_>> {
    let line = line.trim_start();
    let (log_stream, rest) = line.split_once(' ')?;
    let is_stream = log_stream.contains("/[") && log_stream.contains(']');
    let (stamp, message) = stamped(rest)?;
    (is_stream && stamp.is_rfc3339).then_some(head(stamp, Some(log_stream), message))
}

/// Tells whether a time in any form stands before what would not have one by itself: Lambda's own lines, JSON, or any
/// text where the form is one that tools write and functions do not.
fn shows_timed_text(line: &str) -> bool {
    let Some((stamp, message)) = stamped(line) else { return false };
    let is_tools = match stamp.zone {
        Zone::Epoch => true,
        Zone::Offset => line.get(stamp.length..).is_some_and(|rest| rest.starts_with('\t')),
        Zone::Missing | Zone::Z => line.starts_with('['),
    };
    is_tools || is_platform_line(message) || message.starts_with("{\"")
}

/// Tells whether a line begins as `--output text` begins an event: with its id or the time of ingestion.
fn is_cli_event(line: &str) -> bool {
    let first = line.strip_prefix("EVENTS\t").and_then(|members| members.split('\t').next());
    first.is_some_and(|it| it.len() >= 13 && it.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Tells whether a line is what `--output text` writes of the tokens of `get-log-events`: `b/37/s`, a tab, `f/37/s`.
fn is_tokens(line: &str) -> bool {
    let is_token = |token: &str| {
        token.strip_prefix("b/").or(token.strip_prefix("f/")).is_some_and(|rest| {
            rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/' || byte == b's')
        })
    };
    line.split('\t').count() == 2 && line.split('\t').all(is_token)
}

fn is_level(word: &str) -> bool {
    let word = word.trim_matches(['[', ']', ':']).to_ascii_uppercase();
    ["TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"].contains(&&*word)
}
