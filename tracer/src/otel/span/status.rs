//! Whether a span failed.

use opentelemetry::trace::Status;

use crate::{Kind, Span, Value};

/// Returns the status of a span: an error if one is known, or if the answer to a request says so.
///
/// Without an error the status needs no words, because the attribute has the reason. Format: OpenTelemetry's
/// semantic conventions, "HTTP spans".
pub(super) fn of(span: &Span<'_>) -> Status {
    if !span.is_fault() && !is_failed_request(span) {
        return Status::Unset;
    }
    Status::error(span.errors().next().map(|error| error.message).unwrap_or_default())
}

/// Tells whether the status of HTTP is an error to this side: what a client did wrong is none to the server.
fn is_failed_request(span: &Span<'_>) -> bool {
    let first_error = match span.kind() {
        Kind::Client => 400,
        Kind::Server => 500,
        _ => return false,
    };
    let mut told = span.attributes().chain(span.annotations());
    let status = told.find(|(key, _)| *key == "http.response.status_code");
    status.and_then(|(_, value)| number(value)).is_some_and(|status| status >= first_error)
}

fn number(value: Value<'_>) -> Option<u64> {
    match value {
        Value::U64(number) => Some(number),
        Value::I64(number) => u64::try_from(number).ok(),
        _ => None,
    }
}
