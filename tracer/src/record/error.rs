use powertools_core::json::ExceptionParts;
use serde_json::Value;
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
    pub(crate) fn parse(joined: &str, logged_at: Option<&'static Metadata<'static>>) -> Self {
        let parts = ExceptionParts::split(joined.as_bytes());
        let stack_trace = parts.and_then(|parts| serde_json::from_slice(parts.stack_trace).ok());
        let stack_trace: Value = stack_trace.unwrap_or_default();
        // What was too long to keep is a note of that.
        let cut = || ("Error".to_owned(), joined.to_owned());
        let (name, message) = type_and_value(&stack_trace).unwrap_or_else(cut);
        let causes = stack_trace["causes"].as_array().into_iter().flatten();
        let causes = causes.filter_map(type_and_value).collect();
        let place = logged_at.and_then(|metadata| Some((metadata.file()?, metadata.line()?)));
        Self { name, message, causes, place }
    }
}

fn type_and_value(error: &Value) -> Option<(String, String)> {
    let member = |name: &str| Some(error.get(name)?.as_str()?.to_owned());
    Some((member("type")?, member("value")?))
}
