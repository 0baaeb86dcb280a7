use powertools_core::json::ExceptionParts;
use serde::Deserialize;
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

#[derive(Deserialize)]
struct StackTrace {
    #[serde(rename = "type")]
    name: String,
    value: String,
    #[serde(default)]
    causes: Vec<StackTrace>,
}

impl SpanError {
    /// Reads the parts that were joined when the error was captured.
    pub(crate) fn parse(joined: &str, logged_at: Option<&'static Metadata<'static>>) -> Self {
        let parts = ExceptionParts::split(joined.as_bytes());
        let stack_trace = parts.and_then(|parts| serde_json::from_slice(parts.stack_trace).ok());
        // What was too long to keep is a note of that.
        let cut = || StackTrace { name: "Error".into(), value: joined.into(), causes: Vec::new() };
        let stack_trace: StackTrace = stack_trace.unwrap_or_else(cut);
        let place = logged_at.and_then(|metadata| Some((metadata.file()?, metadata.line()?)));
        Self {
            name: stack_trace.name,
            message: stack_trace.value,
            causes: stack_trace.causes.into_iter().map(|it| (it.name, it.value)).collect(),
            place,
        }
    }
}
