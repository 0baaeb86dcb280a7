//! Errors as responses that the client can read.

use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use powertools::logger::exception;
use serde_json::json;
use thiserror::Error;

use crate::orders::OrderError;

/// An error response with the problem details of [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457).
#[derive(Debug, Error)]
pub(crate) enum Problem {
    #[error("there is nothing here")]
    NoRoute,
    #[error(transparent)]
    Body(#[from] JsonRejection),
    #[error(transparent)]
    Order(#[from] OrderError),
}

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoRoute | Self::Order(OrderError::Unknown(_)) => StatusCode::NOT_FOUND,
            Self::Order(OrderError::OutOfStock { .. }) => StatusCode::CONFLICT,
            Self::Body(rejection) => rejection.status(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        tracing::warn!(error = exception(&self), "request refused");
        let status = self.status();
        let told = Json(json!({"status": status.as_u16(), "title": self.to_string()}));
        let mut response = (status, told).into_response();
        let problem = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, problem);
        response
    }
}
