use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::sandbox::{Job, Patience, Sandbox};
use crate::settings::check_timeout;
use crate::trace;

/// Lambda's limit for the payload of an invocation.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;

const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const INVOCATION_ID: HeaderName = HeaderName::from_static("lambda-runtime-invocation-id");
const FUNCTION_ARN: HeaderName = HeaderName::from_static("lambda-runtime-invoked-function-arn");

/// An invocation that has not been sent yet.
///
/// It does not borrow from its [`Local`](crate::Local), so you can send it from another task.
#[must_use = "nothing happens until it is sent"]
pub struct Invocation {
    sandbox: Arc<Sandbox>,
    payload: Result<Bytes, Error>,
    request_id: Option<String>,
    trace_header: Option<String>,
    timeout: Option<Duration>,
    headers: HeaderMap,
    /// The first invalid setting, which is reported when the invocation is sent.
    mistake: Option<Error>,
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

impl Invocation {
    pub(crate) fn new(sandbox: Arc<Sandbox>, payload: Result<Bytes, Error>) -> Self {
        Self {
            sandbox,
            payload,
            request_id: None,
            trace_header: None,
            timeout: None,
            headers: HeaderMap::new(),
            mistake: None,
        }
    }

    /// Sets the request id, which is a new UUID by default.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Sets the X-Ray trace header, such as `Root=1-…;Parent=…;Sampled=1`.
    ///
    /// By default, the function gets a new trace that is not sampled, as on Lambda.
    pub fn trace_header(mut self, header: impl Into<String>) -> Self {
        self.trace_header = Some(header.into());
        self
    }

    /// Sets the tenant, for functions with tenant isolation.
    pub fn tenant_id(self, tenant: impl AsRef<str>) -> Self {
        self.header("lambda-runtime-aws-tenant-id", tenant)
    }

    /// Sets the client context, in the format of the AWS mobile SDKs.
    pub fn client_context(self, context: &(impl Serialize + ?Sized)) -> Self {
        self.json_header("lambda-runtime-client-context", context)
    }

    /// Sets the Amazon Cognito identity that invokes the function.
    pub fn cognito_identity(self, identity_id: &str, identity_pool_id: &str) -> Self {
        let identity = serde_json::json!({
            "cognitoIdentityId": identity_id,
            "cognitoIdentityPoolId": identity_pool_id,
        });
        self.json_header("lambda-runtime-cognito-identity", &identity)
    }

    /// Sets the timeout of this invocation, overriding that of the `Local`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Adds a header for the function's runtime client, since Lambda may add new ones at any time.
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref();
        match (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => {
                self.mistake.get_or_insert(Error::Setting {
                    name: "header",
                    value: format!("{name}: {value}"),
                    remedy: "give a header name and a value of visible characters",
                });
            }
        }
        self
    }

    /// Sends the invocation and waits until the function is done with it.
    ///
    /// The invocation continues if the caller stops waiting.
    ///
    /// # Errors
    /// [`Error::Setting`] for an id, header or timeout out of range, [`Error::Payload`] and [`Error::PayloadTooLarge`]
    /// for a payload that Lambda would refuse, [`Error::DuplicateRequestId`] for the id of an invocation that has not
    /// ended, [`Error::NotServed`] if no runtime polls for the invocation, [`Error::ShutDown`] if the `Local` ends
    /// first, and [`Error::LogFile`] if the log file could not be written. Errors of the function are in the
    /// [`Outcome`].
    pub async fn send(self) -> Result<Outcome, Error> {
        let sandbox = Arc::clone(&self.sandbox);
        let (done, outcome) = oneshot::channel();
        let job = self.into_job(done)?;
        let request_id = job.request_id.clone();
        sandbox.submit(job)?;
        let outcome = wait(&sandbox, &request_id, outcome).await?;
        sandbox.log.file_result()?;
        Ok(outcome)
    }

    fn json_header(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_string(value) {
            Ok(json) => self.header(name, ascii(&json)),
            Err(error) => {
                self.mistake.get_or_insert(Error::Payload(error));
                self
            }
        }
    }

    fn into_job(self, done: oneshot::Sender<Outcome>) -> Result<Job, Error> {
        if let Some(mistake) = self.mistake {
            return Err(mistake);
        }
        let payload = self.payload?;
        if payload.len() > MAX_PAYLOAD {
            return Err(Error::PayloadTooLarge { size: payload.len(), limit: MAX_PAYLOAD });
        }
        let timeout = self.timeout.unwrap_or(self.sandbox.settings.timeout);
        check_timeout("timeout", timeout)?;
        let request_id = self.request_id.unwrap_or_else(|| Uuid::new_v4().to_string());
        check_request_id(&request_id)?;
        let invocation_id = Uuid::new_v4().to_string();
        let trace_header = self.trace_header.unwrap_or_else(trace::unsampled);
        let mut headers = self.headers;
        headers.insert(REQUEST_ID, value("request_id", &request_id)?);
        headers.insert(INVOCATION_ID, value("invocation_id", &invocation_id)?);
        headers.insert(TRACE_ID, value("trace_header", &trace_header)?);
        headers.insert(FUNCTION_ARN, value("builder", &self.sandbox.settings.arn())?);
        let submitted = Instant::now();
        Ok(Job {
            request_id,
            invocation_id,
            trace_header,
            headers,
            payload,
            timeout,
            submitted,
            done,
        })
    }
}

async fn wait(
    sandbox: &Sandbox,
    request_id: &str,
    mut outcome: oneshot::Receiver<Outcome>,
) -> Result<Outcome, Error> {
    let mut patience = sandbox.settings.init_timeout;
    loop {
        tokio::select! {
            biased;
            outcome = &mut outcome => {
                return outcome.map_err(|_| Error::ShutDown { request_id: request_id.to_owned() });
            }
            () = tokio::time::sleep(patience) => match sandbox.patience(request_id) {
                Patience::Left(left) => patience = left,
                Patience::Over(waited, written_at_start) => {
                    return Err(Error::NotServed {
                        function: sandbox.settings.function_name.clone(),
                        request_id: request_id.to_owned(),
                        waited,
                        written_at_start,
                    });
                }
            },
        }
    }
}

/// Writes JSON in ASCII, as headers require.
fn ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped += &format!("\\u{unit:04x}");
            }
        }
    }
    escaped
}

fn check_request_id(id: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=128).contains(&id.len()) && id.chars().all(allowed) {
        return Ok(());
    }
    Err(Error::Setting {
        name: "request_id",
        value: id.to_owned(),
        remedy: "give 1 to 128 ASCII letters, digits, hyphens, underscores and dots",
    })
}

fn value(name: &'static str, text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(text).map_err(|_| Error::Setting {
        name,
        value: text.to_owned(),
        remedy: "give visible characters, as for any header",
    })
}

#[cfg(test)]
mod tests {
    use super::ascii;

    #[test]
    fn non_ascii_header_values_are_escaped() {
        let json = r#"{"name":"Zoë 🦀"}"#;
        assert_eq!(ascii(json), r#"{"name":"Zo\u00eb \ud83e\udd80"}"#);
    }
}
