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
    /// File and line of the event that told of it.
    pub place: Option<(&'static str, u32)>,
}

impl SpanError {
    /// Reads the parts that were joined when the error was captured.
    pub(crate) fn parse(joined: &[u8], logged_at: Option<&'static Metadata<'static>>) -> Self {
        let place = logged_at.and_then(|metadata| Some((metadata.file()?, metadata.line()?)));
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

/// Reads a JSON string.
fn text(json: &[u8]) -> String {
    serde_json::from_slice(json).unwrap_or_default()
}
