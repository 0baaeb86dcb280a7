use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use lambda_runtime::{Diagnostic, Error, FunctionResponse};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The error of a response that does not serialise, or of a stream that breaks off.
const UNUSABLE: &str = "UnusableResponse";

/// What Lambda would have been told.
#[derive(Debug)]
pub struct Answer(Result<Vec<u8>, Diagnostic>);

impl Answer {
    /// Takes the place of the Runtime API.
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

    /// Returns the response as JSON, `null` if there is none.
    pub fn value(&self) -> Value {
        self.json().unwrap_or_default()
    }

    /// Returns the response as a `T`.
    ///
    /// # Errors
    ///
    /// If the handler failed, or its response is no `T`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match &self.0 {
            Ok(response) => Ok(serde_json::from_slice(response)?),
            Err(error) => Err(format!("{}: {}", error.error_type, error.error_message).into()),
        }
    }

    /// Returns the response's bytes, those of a stream together; none if the handler failed.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Returns the error that Lambda is told.
    pub fn error(&self) -> Option<&Diagnostic> {
        self.0.as_ref().err()
    }
}

async fn append(mut before: Vec<u8>, chunk: Bytes) -> Result<Vec<u8>, Error> {
    before.extend_from_slice(&chunk);
    Ok(before)
}
