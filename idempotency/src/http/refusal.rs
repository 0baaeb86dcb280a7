use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_LANGUAGE, CONTENT_TYPE, LINK, RETRY_AFTER},
};
use http_body::Body;
use serde::Serialize;

use super::{ReadError, ResponseBody, key_header::InvalidKey, settings::Settings};
use crate::{IdempotencyError, IdempotencyProblem};

/// Why a request gets a response of the layer.
#[derive(Debug)]
pub(super) enum Refusal {
    InvalidKey(InvalidKey),
    UnknownTenant,
    Body(ReadError),
    Problem(IdempotencyProblem),
    MissingKey,
}

/// A response of the layer, as a problem (RFC 9457).
///
/// Titles and details of the draft's three problems are the draft's. None has anything of the request or of a record.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    documentation: Option<&'a str>,
    title: &'static str,
    status: u16,
    detail: String,
    /// A name that stays, for clients that branch by it.
    code: &'static str,
}

impl Refusal {
    /// Makes the response.
    pub(super) fn into_response<B: Body>(
        self,
        settings: &Settings,
        now: SystemTime,
    ) -> Response<ResponseBody<B>> {
        let status = self.status();
        let problem = Problem {
            documentation: settings.documentation.as_deref(),
            title: self.title(),
            status: status.as_u16(),
            detail: self.detail(settings),
            code: self.code(),
        };
        // A struct of text always has a JSON form.
        let json = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = Response::new(ResponseBody::full(Bytes::from(json)));
        *response.status_mut() = status;
        self.add_headers(response.headers_mut(), settings, now);
        response
    }

    /// Logs what the function's owner has to look at as a warning, and a client's mistake for debugging: the response
    /// says what is wrong.
    pub(super) fn log(&self, idempotency_operation: &str) {
        let status = self.status().as_u16();
        match self {
            Self::Problem(problem) if status >= 500 || status == StatusCode::GONE => {
                let error: &dyn std::error::Error = problem;
                tracing::warn!(error, idempotency_operation, status, "request refused");
            }
            _ => {
                let idempotency_problem = self.code();
                tracing::debug!(
                    idempotency_problem,
                    idempotency_operation,
                    status,
                    "request refused"
                );
            }
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::MissingKey | Self::InvalidKey(_) | Self::Body(ReadError::Broken) => {
                StatusCode::BAD_REQUEST
            }
            Self::UnknownTenant => StatusCode::FORBIDDEN,
            Self::Body(ReadError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Problem(problem) => status_of(problem),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::MissingKey => "IdempotencyKeyMissing",
            Self::InvalidKey(_) => "IdempotencyKeyInvalid",
            Self::UnknownTenant => "IdempotencyTenantUnknown",
            Self::Body(ReadError::TooLarge) => "RequestBodyTooLarge",
            Self::Body(ReadError::Broken) => "RequestBodyUnreadable",
            Self::Problem(problem) => problem.name(),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::MissingKey => "Idempotency-Key is missing",
            Self::InvalidKey(_) => "Idempotency-Key is invalid",
            Self::UnknownTenant => "The tenant of the request is unknown",
            Self::Body(ReadError::TooLarge) => "The request is too large",
            Self::Body(ReadError::Broken) => "The request could not be read",
            Self::Problem(problem) => match problem {
                IdempotencyError::InProgress { .. } => {
                    "A request is outstanding for this Idempotency-Key"
                }
                IdempotencyError::PayloadMismatch { .. } => "Idempotency-Key is already used",
                IdempotencyError::NotRecorded { .. } => "The response could not be recorded",
                IdempotencyError::ResultNotKept { .. } => {
                    "The response for this Idempotency-Key was not kept"
                }
                _ if status_of(problem) == StatusCode::SERVICE_UNAVAILABLE => {
                    "The request could not be processed now"
                }
                _ => "The request could not be processed",
            },
        }
    }

    fn detail(&self, settings: &Settings) -> String {
        match self {
            Self::MissingKey => {
                "This operation is idempotent and it requires correct usage of Idempotency Key."
                    .into()
            }
            Self::InvalidKey(reason) => {
                format!("The header {} can't be used: {reason}.", settings.header)
            }
            Self::UnknownTenant => {
                "Idempotency keys belong to a tenant, and the request does not tell which one."
                    .into()
            }
            Self::Body(ReadError::TooLarge) => {
                format!("The body may have up to {} bytes.", settings.max_request_body)
            }
            Self::Body(ReadError::Broken) => "The body ended before it was complete.".into(),
            Self::Problem(problem) => detail_of(problem).into(),
        }
    }

    fn add_headers(&self, headers: &mut HeaderMap, settings: &Settings, now: SystemTime) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static("en"));
        let link = settings.documentation.as_ref().and_then(|url| {
            HeaderValue::try_from(format!("<{url}>; rel=\"describedby\"; type=\"text/html\"")).ok()
        });
        if let Some(link) = link {
            headers.insert(LINK, link);
        }
        if let Self::Problem(IdempotencyError::InProgress { until: Some(until), .. }) = self {
            let left = until.duration_since(now).unwrap_or_default();
            headers.insert(RETRY_AFTER, seconds(left.min(settings.retry_after)).into());
        }
    }
}

/// Rounds up to whole seconds, of which there is one at least.
fn seconds(period: Duration) -> u64 {
    let seconds = period.as_secs() + u64::from(period.subsec_nanos() > 0);
    seconds.max(1)
}

fn status_of(problem: &IdempotencyProblem) -> StatusCode {
    match problem {
        IdempotencyError::NoKey { .. } => StatusCode::BAD_REQUEST,
        IdempotencyError::InProgress { .. } => StatusCode::CONFLICT,
        IdempotencyError::PayloadMismatch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        // Neither a success without its body, nor a status that clients retry.
        IdempotencyError::ResultNotKept { .. } => StatusCode::GONE,
        IdempotencyError::Store { .. }
        | IdempotencyError::LeaseLost { .. }
        | IdempotencyError::LeaseEnded { .. }
        | IdempotencyError::TooLate { .. } => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn detail_of(problem: &IdempotencyProblem) -> &'static str {
    match problem {
        IdempotencyError::InProgress { .. } => {
            "A request with the same Idempotency-Key for the same operation is being processed or is outstanding."
        }
        IdempotencyError::PayloadMismatch { .. } => {
            "This operation is idempotent and it requires correct usage of Idempotency Key. Idempotency Key MUST not \
             be reused across different payloads of this operation."
        }
        IdempotencyError::ResultNotKept { .. } => {
            "A request with the same Idempotency-Key was processed before, and its response can't be sent again. It is \
             not processed again."
        }
        IdempotencyError::Store { .. } => {
            "The request was not processed, because the records of idempotency keys are not available. Retry it with \
             the same Idempotency-Key."
        }
        IdempotencyError::TooLate { .. } => {
            "The request was not processed, because too little time was left. Retry it with the same Idempotency-Key."
        }
        IdempotencyError::LeaseLost { .. } | IdempotencyError::LeaseEnded { .. } => {
            "Processing the request took too long. Retry it with the same Idempotency-Key."
        }
        IdempotencyError::NotRecorded { .. } => {
            "The request was processed, and its response could not be recorded."
        }
        _ => "The record of this Idempotency-Key can't be used.",
    }
}
