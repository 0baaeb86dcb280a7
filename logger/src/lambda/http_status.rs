use powertools_core::Invocation;

use crate::{LoggerBuilder, targets::RESPONSE_TARGET};

impl LoggerBuilder {
    /// Sets whether one line logs the HTTP status of each response to an HTTP request, as
    /// `http.response.status_code`: at ERROR from 500 on, at INFO below.
    ///
    /// It is written after the answer was posted, by [`runtime_layer`](crate::Logger::runtime_layer) where a handler layer
    /// has seen the response.
    pub fn log_http_status(mut self, log: bool) -> Self {
        self.log_http_status = log.then_some(log_status);
        self
    }
}

/// Logs the HTTP status of the response to a request, if there is one; the caller has opened the scope.
fn log_status(invocation: &Invocation) {
    if let Some(status) = invocation.http_status() {
        if status >= 500 {
            tracing::error!(target: RESPONSE_TARGET, { http.response.status_code = status }, "response sent");
        } else {
            tracing::info!(target: RESPONSE_TARGET, { http.response.status_code = status }, "response sent");
        }
    }
}
