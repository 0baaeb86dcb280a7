use std::fmt;

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use lambda_runtime::{Diagnostic, Error, FunctionResponse};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The error type of a response that can't be serialized, or of a stream that fails.
const UNUSABLE: &str = "UnusableResponse";

/// The number of characters of a response that `Debug` shows.
const SHOWN: usize = 2000;

/// The response or the error that Lambda would have received; `Debug` shows at most 2000 characters of the response, as
/// JSON or text.
pub struct TestResponse(Result<Vec<u8>, Diagnostic>);

impl TestResponse {
    pub(super) fn failed(diagnostic: Diagnostic) -> Self {
        Self(Err(diagnostic))
    }

    /// Collects the response in place of the Runtime API.
    pub(super) async fn of<B, S, C, F>(result: Result<FunctionResponse<B, S>, Diagnostic>) -> Self
    where
        B: Serialize,
        S: Stream<Item = Result<C, F>>,
        C: Into<Bytes>,
        F: Into<Error>,
    {
        let response = match result {
            Ok(FunctionResponse::BufferedResponse(body)) => {
                serde_json::to_vec(&body).map_err(Error::from)
            }
            Ok(FunctionResponse::StreamingResponse(response)) => {
                let chunks = response.stream.map_ok(Into::into).map_err(Into::into);
                chunks.try_fold(Vec::new(), append).await
            }
            Err(diagnostic) => return Self(Err(diagnostic)),
        };
        Self(response.map_err(|error| Diagnostic {
            error_type: UNUSABLE.to_owned(),
            error_message: error.to_string(),
        }))
    }

    /// Returns the response as JSON, or `null` if there is none.
    pub fn value(&self) -> Value {
        self.json().unwrap_or_default()
    }

    /// Deserializes the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the handler failed, or if its response can't be deserialized into a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match &self.0 {
            Ok(response) => Ok(serde_json::from_slice(response)?),
            Err(error) => Err(format!("{}: {}", error.error_type, error.error_message).into()),
        }
    }

    /// Returns the bytes of the response, with the chunks of a stream joined; empty if the handler failed.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Returns the error that Lambda would have received.
    pub fn error(&self) -> Option<&Diagnostic> {
        self.0.as_ref().err()
    }
}

impl fmt::Debug for TestResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(response) => f.debug_tuple("TestResponse").field(&Shown(response)).finish(),
            Err(error) => f.debug_tuple("TestResponse").field(error).finish(),
        }
    }
}

/// Formats a response for people: as JSON, on several lines with `#`, or as text.
struct Shown<'a>(&'a [u8]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match serde_json::from_slice::<Value>(self.0) {
            Ok(value) if f.alternate() => format!("{value:#}"),
            Ok(value) => value.to_string(),
            Err(_) => format!("{:?}", String::from_utf8_lossy(self.0)),
        };
        match text.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(f, "{}… of {} bytes", &text[..end], self.0.len()),
            None => f.write_str(&text),
        }
    }
}

async fn append(mut before: Vec<u8>, chunk: Bytes) -> Result<Vec<u8>, Error> {
    before.extend_from_slice(&chunk);
    Ok(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(response: &[u8]) -> String {
        format!("{:?}", TestResponse(Ok(response.to_vec())))
    }

    #[test]
    fn debug_shows_a_truncated_response() {
        assert_eq!(shown(br#"{"order_id": "o-1"}"#), r#"TestResponse({"order_id":"o-1"})"#);
        assert_eq!(shown(b"tea\n"), r#"TestResponse("tea\n")"#);
        let pretty = format!("{:#?}", TestResponse(Ok(br#"{"order_id":"o-1"}"#.to_vec())));
        assert!(pretty.contains(r#""order_id": "o-1""#), "{pretty}");
        let long = shown("ö".repeat(5000).as_bytes());
        assert!(long.ends_with("ö… of 10000 bytes)"), "{long}");
        assert!(long.chars().count() < SHOWN + 50, "{long}");
    }

    #[test]
    fn debug_shows_the_error_as_lambda_gets_it() {
        let (error_type, error_message) = ("OutOfStock".to_owned(), "no tea".to_owned());
        let text = format!("{:?}", TestResponse(Err(Diagnostic { error_type, error_message })));
        assert!(text.contains("OutOfStock") && text.contains("no tea"), "{text}");
    }
}
