//! The metadata about its environment that a function can request.

use http::{HeaderValue, Request, StatusCode, header};
use serde_json::json;

use super::reply::{self, Reply};
use crate::sandbox::Session;

pub(super) fn execution_environment<B>(session: &Session, request: &Request<B>) -> Reply {
    let expected = format!("Bearer {}", session.sandbox.settings.metadata_token());
    let given = request.headers().get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    if given != Some(expected.as_bytes()) {
        return reply::bytes(
            StatusCode::UNAUTHORIZED,
            "text/plain; charset=utf-8",
            "Unauthorized\n",
        );
    }
    reply::json(StatusCode::OK, &json!({"AvailabilityZoneID": "use1-az1"}))
}
