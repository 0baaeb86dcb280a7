use powertools_core::Invocation;

use crate::targets::RESPONSE_TARGET;

/// Logs the HTTP status of the response to a request, if there is one; the caller has opened the scope.
pub(crate) fn log(invocation: &Invocation) {
    if let Some(status) = invocation.http_status() {
        if status >= 500 {
            tracing::error!(target: RESPONSE_TARGET, { http.response.status_code = status }, "response sent");
        } else {
            tracing::info!(target: RESPONSE_TARGET, { http.response.status_code = status }, "response sent");
        }
    }
}
