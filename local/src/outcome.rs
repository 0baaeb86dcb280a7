use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;

/// The separator between the metadata and the body of a streamed HTTP response.
const PRELUDE_END: [u8; 8] = [0; 8];

/// How much of an unexpected answer an error message shows.
const SHOWN: usize = 200;

/// What the caller of the function gets, and what only Lambda knows about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The body the caller gets: the function's answer, or the error as JSON.
    pub payload: Bytes,
    /// The payload as it came in, in one piece unless the function streamed it.
    pub chunks: Vec<Bytes>,
    /// The error, when the function reported one, crashed or timed out.
    pub function_error: Option<FunctionError>,
    /// The request id.
    pub request_id: String,
    /// The id of this attempt, which the runtime client echoes with its answer.
    pub invocation_id: String,
    /// The time from handing out the event until the function was done with it.
    pub duration: Duration,
    /// The time the function took to start, when it was started for this invocation.
    pub init_duration: Option<Duration>,
    /// Whether the function was started on demand and this is its first invocation.
    pub cold_start: bool,
    /// Whether the deadline passed before the function was done.
    pub timed_out: bool,
}

impl Outcome {
    /// Reads the payload as JSON.
    ///
    /// # Errors
    /// [`Error::Answer`] when it is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.payload).map_err(|source| Error::Answer {
            answer: String::from_utf8_lossy(&self.payload).chars().take(SHOWN).collect(),
            source,
        })
    }

    /// Splits a streamed HTTP response into its metadata (status code, headers, cookies) and body.
    ///
    /// It is `None` for any other payload.
    #[must_use]
    pub fn http_parts(&self) -> Option<(Value, Bytes)> {
        let end =
            self.payload.windows(PRELUDE_END.len()).position(|window| window == PRELUDE_END)?;
        let metadata = serde_json::from_slice(&self.payload[..end]).ok()?;
        Some((metadata, self.payload.slice(end + PRELUDE_END.len()..)))
    }
}

/// An error as the function's caller sees it.
///
/// As text it also has what a process wrote before it ended at its start, which Lambda leaves to the log.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FunctionError {
    /// The `errorType`, such as `Runtime.ExitError`.
    pub error_type: String,
    /// The `errorMessage`.
    pub error_message: String,
    /// The whole body, which need not be JSON.
    pub body: Bytes,
    /// The last lines that the process wrote, to stdout and stderr, where it ended at its start.
    pub written_at_start: Vec<String>,
}

impl std::error::Error for FunctionError {}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)?;
        write_lines(f, &self.written_at_start)
    }
}

/// Adds what a process wrote to an error's text.
pub(crate) fn write_lines(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    if !lines.is_empty() {
        f.write_str("; before that, the function wrote:")?;
    }
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}

impl FunctionError {
    /// The error Lambda itself reports.
    pub(crate) fn new(error_type: &str, error_message: String) -> Self {
        // In this order, which a JSON object made at run time would not keep.
        let (type_json, message_json) =
            (Value::from(error_type), Value::from(error_message.as_str()));
        let body = format!(r#"{{"errorType":{type_json},"errorMessage":{message_json}}}"#);
        let written_at_start = Vec::new();
        Self {
            error_type: error_type.to_owned(),
            error_message,
            body: body.into(),
            written_at_start,
        }
    }

    /// The error a function reported: `header_type` counts where the body names no type.
    pub(crate) fn reported(body: Bytes, header_type: Option<&str>) -> Self {
        let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name| parsed.get(name).and_then(Value::as_str);
        Self {
            error_type: text("errorType").or(header_type).unwrap_or("Function.Unknown").to_owned(),
            error_message: text("errorMessage").unwrap_or_default().to_owned(),
            body,
            written_at_start: Vec::new(),
        }
    }
}
