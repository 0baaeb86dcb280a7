//! Responses of the Runtime API.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::sandbox::Refusal;

pub(super) type Reply = Response<Full<Bytes>>;

pub(super) fn bytes(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Reply {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = status;
    let content_type = HeaderValue::from_static(content_type);
    reply.headers_mut().insert(header::CONTENT_TYPE, content_type);
    reply
}

pub(super) fn json(status: StatusCode, body: &Value) -> Reply {
    bytes(status, "application/json", body.to_string())
}

pub(super) fn text(body: &'static str) -> Reply {
    bytes(StatusCode::OK, "text/plain; charset=utf-8", body)
}

pub(super) fn accepted() -> Reply {
    json(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

pub(super) fn error(status: StatusCode, error_type: &str, message: &str) -> Reply {
    json(status, &json!({"errorMessage": message, "errorType": error_type}))
}

pub(super) fn not_found() -> Reply {
    bytes(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "404 page not found\n")
}

pub(super) fn wrong_method(allowed: &Method) -> Reply {
    let mut reply = bytes(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "");
    if let Ok(allowed) = HeaderValue::from_str(allowed.as_str()) {
        reply.headers_mut().insert(header::ALLOW, allowed);
    }
    reply
}

pub(super) fn refused(refusal: Refusal) -> Reply {
    match refusal {
        Refusal::UnknownId => {
            error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
        }
        Refusal::WrongState => error(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            "State transition is not allowed",
        ),
        Refusal::Stale => error(
            StatusCode::GONE,
            "InvocationGone",
            "This attempt has ended, at its deadline or with an earlier response",
        ),
    }
}
