//! The fields in Lambda's own text lines.
//!
//! The lines `START`, `END` and `REPORT` of the text log format, and lines that carry a request id as Lambda's
//! runtimes write it, from the Lambda developer guide.

use crate::engine::Datum;

/// A field of Lambda's text lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LambdaField {
    RequestId,
    Type,
    TraceId,
    SegmentId,
    /// A number in a `REPORT` line: what stands before it, and how much one of it is.
    Reported(&'static str, f64),
}

/// The service counts a megabyte as a million bytes.
const MEGABYTE: f64 = 1e6;

impl LambdaField {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "@requestId" => Self::RequestId,
            "@type" => Self::Type,
            "@xrayTraceId" => Self::TraceId,
            "@xraySegmentId" => Self::SegmentId,
            "@duration" => Self::Reported("Duration: ", 1.0),
            "@billedDuration" => Self::Reported("Billed Duration: ", 1.0),
            "@initDuration" => Self::Reported("Init Duration: ", 1.0),
            "@memorySize" => Self::Reported("Memory Size: ", MEGABYTE),
            "@maxMemoryUsed" => Self::Reported("Max Memory Used: ", MEGABYTE),
            _ => return None,
        })
    }

    /// Reads the field; a line that is JSON has none.
    pub(super) fn read<'a>(self, line: &'a str) -> Datum<'a> {
        let kind = kind(line);
        let text = match self {
            _ if line.starts_with('{') => None,
            Self::RequestId => request_id(line),
            Self::Type => kind,
            _ if kind != Some("REPORT") => None,
            Self::TraceId => after(line, "XRAY TraceId: "),
            Self::SegmentId => after(line, "SegmentId: "),
            Self::Reported(label, unit) => return reported(line, label, unit),
        };
        text.map_or(Datum::Absent, |text| Datum::Text(text.into()))
    }
}

fn kind(line: &str) -> Option<&str> {
    let (word, _) = line.split_once(" RequestId: ")?;
    ["START", "END", "REPORT"].contains(&word).then_some(word)
}

fn reported<'a>(line: &str, label: &str, unit: f64) -> Datum<'a> {
    let number = after(line, label).and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    number.map_or(Datum::Absent, |number| Datum::number(number * unit))
}

/// Returns the part of a `REPORT` line with this label; parts are divided by tabs.
fn after<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    line.split(['\t', '\n']).find_map(|part| part.trim().strip_prefix(label)).map(str::trim)
}

/// Finds `RequestId: …`, or an id among the first words, which is where runtimes put it.
fn request_id(line: &str) -> Option<&str> {
    let labelled =
        line.split_once("RequestId: ").and_then(|(_, rest)| rest.split_whitespace().next());
    let words = || line.split(['\t', ' ']).take(4).find(|word| is_id(word));
    labelled.filter(|word| is_id(word)).or_else(words)
}

fn is_id(word: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    word.len() == 36 && word.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e";

    fn field(name: &str, line: &str) -> Option<String> {
        let datum = LambdaField::named(name).expect("a field of Lambda's").read(line);
        datum.text().map(std::borrow::Cow::into_owned)
    }

    #[test]
    fn report_line_has_all_its_figures_and_memory_in_bytes() {
        let line = format!(
            "REPORT RequestId: {ID}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t\
             Max Memory Used: 31 MB\tInit Duration: 40.12 ms\t\nXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\t\
             SegmentId: 53995c3f42cd8ad8\tSampled: true"
        );
        let read = |name| field(name, &line).unwrap();
        assert_eq!(read("@requestId"), ID);
        assert_eq!(read("@type"), "REPORT");
        assert_eq!(read("@duration"), "12.5");
        assert_eq!(read("@billedDuration"), "13");
        assert_eq!(read("@initDuration"), "40.12");
        assert_eq!(read("@memorySize"), "128000000");
        assert_eq!(read("@maxMemoryUsed"), "31000000");
        assert_eq!(read("@xrayTraceId"), "1-5759e988-bd862e3fe1be46a994272793");
    }

    #[test]
    fn other_lines_have_at_most_a_request_id() {
        let start = format!("START RequestId: {ID} Version: $LATEST");
        assert_eq!(field("@type", &start).as_deref(), Some("START"));
        assert_eq!(field("@duration", &start), None);
        let node = format!("2026-11-20T11:31:18.967Z\t{ID}\tINFO\tDuration: 5 ms");
        assert_eq!(field("@requestId", &node).as_deref(), Some(ID));
        assert_eq!(field("@duration", &node), None);
        assert_eq!(
            field("@requestId", &format!("[INFO]\t2026-11-20T11:31:18Z\t{ID}\tx")).as_deref(),
            Some(ID)
        );
        assert_eq!(field("@requestId", "RequestId: none"), None);
        assert_eq!(field("@type", "RESTART RequestId: x"), None);
        assert_eq!(field("@requestId", &format!(r#"{{"a": "RequestId: {ID}"}}"#)), None);
    }
}
