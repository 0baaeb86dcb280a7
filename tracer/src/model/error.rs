use std::borrow::Cow;

use powertools_core::json::ExceptionParts;
use tracing::Metadata;

/// An error that was logged in a span or returned by the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanError {
    /// The name of its type.
    pub name: String,
    /// What it says.
    pub message: String,
    /// The names and messages of its sources, the nearest first.
    pub causes: Vec<(String, String)>,
    /// File and line of the panic, or of the event that told of the error.
    pub place: Option<(Cow<'static, str>, u32)>,
}

impl SpanError {
    /// Reads the parts that were joined when the error was captured; `location` is its place unless it is empty.
    pub(crate) fn parse(
        joined: &[u8],
        location: &str,
        logged_at: Option<&'static Metadata<'static>>,
    ) -> Self {
        let logged = || logged_at.and_then(|it| Some((it.file()?.into(), it.line()?)));
        let place = place_of(location).or_else(logged);
        match ExceptionParts::split(joined) {
            Some(parts) => Self {
                name: text(parts.name),
                message: text(parts.message),
                causes: parts.causes().map(|(name, message)| (text(name), text(message))).collect(),
                place,
            },
            // What was too long to keep is a note of that.
            None => {
                Self { name: "Error".to_owned(), message: text(joined), causes: Vec::new(), place }
            }
        }
    }
}

/// Reads `FILE:LINE` or `FILE:LINE:COLUMN`.
fn place_of(location: &str) -> Option<(Cow<'static, str>, u32)> {
    let (before, last) = location.rsplit_once(':')?;
    let last = last.parse().ok()?;
    let with_column =
        before.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?)));
    let (file, line) = with_column.unwrap_or((before, last));
    Some((file.to_owned().into(), line))
}

/// Reads a JSON string.
fn text(json: &[u8]) -> String {
    serde_json::from_slice(json).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_a_line_and_may_have_a_column() {
        let place = |location| place_of(location).map(|(file, line)| format!("{file} {line}"));
        assert_eq!(place("src/main.rs:12:5").as_deref(), Some("src/main.rs 12"));
        assert_eq!(place("src/main.rs:12").as_deref(), Some("src/main.rs 12"));
        assert_eq!(place("c:\\main.rs:12").as_deref(), Some("c:\\main.rs 12"));
        assert_eq!((place(""), place("src/main.rs"), place("src:x")), (None, None, None));
    }
}
