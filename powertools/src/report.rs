use std::panic::Location;

use powertools_core::lambda::HandlerError;

/// Reports an error that the handler converts to a response: logs one ERROR line with the name of the error and its
/// sources, and marks the current span as a fault.
///
/// Lambda counts every response as a success, so the error would not be visible otherwise. It has the same name as if
/// the handler had returned it. Call this function where the error becomes a response. Errors that the client has
/// caused, such as invalid input, are better logged at a lower level.
///
/// ```
/// # #[cfg(feature = "lambda-http")]
/// # mod example {
/// use lambda_http::{Body, Response};
/// use thiserror::Error;
///
/// #[derive(Debug, Error)]
/// enum ApiError {
///     #[error("the database is not available")]
///     Database(#[source] std::io::Error),
/// }
///
/// impl From<ApiError> for Response<Body> {
///     fn from(error: ApiError) -> Self {
///         powertools::report_error(&error);
///         let mut response = Self::new(Body::from("try again later"));
///         *response.status_mut() = lambda_http::http::StatusCode::SERVICE_UNAVAILABLE;
///         response
///     }
/// }
/// # }
/// ```
///
/// With axum, call it in the first line of `IntoResponse::into_response`.
#[track_caller]
pub fn report_error<E: HandlerError<Kind>, Kind>(error: &E) {
    let location = Location::caller().to_string();
    let error = error.describe().field();
    tracing::error!(target: "powertools::error", location, error, "request failed");
}
