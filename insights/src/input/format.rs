//! What an input is, as far as its beginning shows.

mod document;
mod head;

pub(super) use self::head::is_platform_line;

/// What an input is taken for.
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
    /// The text of `sam logs`: log stream, time, message.
    SamLogs,
    /// Text with a time before each message, also before Lambda's own.
    TimedText,
    /// What the AWS CLI writes with `--output text`: `EVENTS` and an event's members, divided by tabs.
    CliText,
    /// CSV with a header, as the console downloads log events and results.
    Csv,
    /// JSON documents or arrays that hold events, rows of results, or packed events.
    Document,
}

/// What a beginning shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// There is nothing more.
    End,
    /// The next line is blank.
    Blank,
    Known(Format),
    /// The first line belongs to nothing that is known.
    Unknown,
}

impl Shown {
    /// Tells what an input goes on with; `beginning` has its next line at least.
    pub(super) fn by(beginning: &[u8]) -> Self {
        if beginning.is_empty() {
            return Self::End;
        }
        let text = String::from_utf8_lossy(beginning);
        let line = text.lines().next().unwrap_or_default().trim();
        if line.is_empty() {
            return Self::Blank;
        }
        let text = text.trim_start();
        let format = if document::begins(text) {
            Some(Format::Document)
        } else {
            head::FORMATS.into_iter().find(|format| format.is_shown_by(line))
        };
        let format = format.or_else(|| super::csv::is_header(line).then_some(Format::Csv));
        let format = format.or_else(|| is_line_of_function(line).then_some(Format::Lines));
        format.map_or(Self::Unknown, Self::Known)
    }
}

/// Tells whether a line is one that functions or Lambda write: JSON, a platform line, or text with a time.
fn is_line_of_function(line: &str) -> bool {
    line.starts_with('{') && line.ends_with('}')
        || is_platform_line(line)
        || super::time::of_line(line).is_some()
}
