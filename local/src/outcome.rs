use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;

/// The separator between the metadata and the body of a streamed HTTP response.
const PRELUDE_END: [u8; 8] = [0; 8];

/// How much of an unexpected response an error message shows.
const SHOWN: usize = 200;

/// The caller's view of an invocation, and the facts that only Lambda knows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// The body that the caller receives: the function's response, or the error as JSON.
    pub payload: Bytes,
    /// The chunks of the payload as they were received: a single one unless the function streamed it.
    pub chunks: Vec<Bytes>,
    /// The error, if the function reported one, crashed or timed out.
    pub function_error: Option<FunctionError>,
    /// The request id.
    pub request_id: String,
    /// The id of this attempt, which the runtime client echoes with its response.
    pub invocation_id: String,
    /// The time from the delivery of the event until the function was done with it.
    pub duration: Duration,
    /// The time that the function took to start, if it was started for this invocation.
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
    /// [`Error::Answer`] if it is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.payload).map_err(|source| Error::Answer {
            answer: String::from_utf8_lossy(&self.payload).chars().take(SHOWN).collect(),
            source,
        })
    }

    /// Splits a streamed HTTP response into its metadata (status code, headers, cookies) and body.
    ///
    /// Returns `None` for any other payload.
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
/// If the process ended during its start, the error's text also contains its output, which Lambda only writes to the
/// log.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FunctionError {
    /// The `errorType`, such as `Runtime.ExitError`.
    pub error_type: String,
    /// The `errorMessage`.
    pub error_message: String,
    /// The whole body, which is not necessarily JSON.
    pub body: Bytes,
    /// The last lines that the process wrote to stdout and stderr, if it ended during its start.
    pub written_at_start: Vec<String>,
}

impl std::error::Error for FunctionError {}

impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.error_message)?;
        write_lines(f, &self.written_at_start)
    }
}

/// Adds the output of a process to an error's text.
pub(crate) fn write_lines(f: &mut fmt::Formatter<'_>, lines: &[String]) -> fmt::Result {
    if !lines.is_empty() {
        f.write_str("; before that, the function wrote:")?;
    }
    lines.iter().try_for_each(|line| write!(f, "\n  {line}"))
}

impl FunctionError {
    /// An error that Lambda itself reports.
    pub(crate) fn new(error_type: &str, error_message: String) -> Self {
        // A JSON object created at run time would not keep this order.
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

    /// An error that a function reported; `header_type` is used if the body does not name a type.
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
