//! Whether a span failed.

use opentelemetry::trace::Status;

use crate::{
    Kind, Span,
    model::STATUS_DESCRIPTION,
    output::document::{is_status, whole},
};

/// Returns the status of a span: an error if one is known, or if the answer to a request says so.
///
/// Without an error the status needs no words, because the attribute has the reason. Format: OpenTelemetry's
/// semantic conventions, "HTTP spans".
pub(super) fn of(span: &Span<'_>) -> Status {
    if span.is_ok() {
        return Status::Ok;
    }
    if !span.is_fault() && !is_failed_request(span) {
        return Status::Unset;
    }
    let description = span.errors_called(|key| key == STATUS_DESCRIPTION).last();
    let error = description.or_else(|| span.errors().next());
    Status::error(error.map(|error| error.message).unwrap_or_default())
}

/// Tells whether the status of HTTP is an error to this side: what a client did wrong is none to the server.
fn is_failed_request(span: &Span<'_>) -> bool {
    let first_error = match span.kind() {
        Kind::Client => 400,
        Kind::Server => 500,
        _ => return false,
    };
    let mut told = span.attributes().chain(span.annotations());
    let status = told.find_map(|(key, value)| whole(value).filter(|_| is_status(key)));
    status.is_some_and(|status| status >= first_error)
}
