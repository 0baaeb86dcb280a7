use powertools_core::json::ExceptionParts;
use tracing::Metadata;

use crate::object::Object;

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
        let stack_trace = parts.and_then(|parts| Object::parse(parts.stack_trace));
        // What was too long to keep is a note of that.
        let cut = || ("Error".to_owned(), joined.to_owned());
        let (name, message) = stack_trace.as_ref().and_then(type_and_value).unwrap_or_else(cut);
        let causes = stack_trace.iter().filter_map(|error| error.list("causes")).flatten();
        let causes = causes.filter_map(type_and_value).collect();
        let place = logged_at.and_then(|metadata| Some((metadata.file()?, metadata.line()?)));
        Self { name, message, causes, place }
    }
}

fn type_and_value(error: &Object<'_>) -> Option<(String, String)> {
    Some((error.text("type")?.to_owned(), error.text("value")?.to_owned()))
}
