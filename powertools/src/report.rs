use std::panic::Location;

use powertools_core::lambda::HandlerError;

/// Reports an error that the handler turns into a response: one ERROR line with the error's name and its sources, and
/// a fault in the current span.
///
/// Lambda takes a response for a success, so nothing else tells of the error. The name is the one that the error would
/// have if the handler returned it. Call it where the error becomes a response; an error that is the client's, such as
/// input that is not valid, is better logged at a lower level.
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
/// With axum it is the first line of `IntoResponse::into_response`.
#[track_caller]
pub fn report_error<E: HandlerError<Kind>, Kind>(error: &E) {
    let location = Location::caller().to_string();
    let error = error.describe().field();
    tracing::error!(target: "powertools::error", location, error, "request failed");
}
