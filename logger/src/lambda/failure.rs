use powertools_core::lambda::Failure;
use tracing::field::debug;

use crate::{targets::HANDLER_TARGET, value::Exception};

/// Logs what a handler failed with as one ERROR event.
pub(super) fn log(failure: Failure<'_>) {
    log_failure(failure, "handler failed");
}

/// Logs a failure with its type and its sources as one ERROR event.
pub fn log_failure(failure: Failure<'_>, message: &str) {
    match failure {
        Failure::Error(error, Some(of_type)) => {
            let error = debug(Exception::new(error, of_type));
            tracing::error!(target: HANDLER_TARGET, error, "{message}");
        }
        Failure::Error(error, None) => tracing::error!(target: HANDLER_TARGET, error, "{message}"),
        Failure::Described(exception_name, exception) => {
            tracing::error!(target: HANDLER_TARGET, exception, exception_name, "{message}");
        }
        Failure::Text(exception) => {
            tracing::error!(target: HANDLER_TARGET, exception, "{message}");
        }
        unknown => tracing::error!(target: HANDLER_TARGET, exception = ?unknown, "{message}"),
    }
}
