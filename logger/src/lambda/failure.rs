use powertools_core::lambda::Failure;
use tracing::field::debug;

use crate::{targets::HANDLER_TARGET, value::Exception};

/// Logs what a handler failed with as one ERROR event.
pub(super) fn log(failure: Failure<'_>) {
    log_failure(failure, "handler failed");
}

/// Logs a failure with its type and its sources as one ERROR event.
pub fn log_failure(failure: Failure<'_>, message: &str) {
    let unknown;
    let (exception, exception_name) = match failure {
        Failure::Error(error, of_type) => {
            let error = debug(Exception::new(error, of_type));
            return tracing::error!(target: HANDLER_TARGET, error, "{message}");
        }
        Failure::Described(name, text) => (text, Some(name)),
        Failure::Text(text) => (text, None),
        other => {
            unknown = format!("{other:?}");
            (&*unknown, None)
        }
    };
    tracing::error!(target: HANDLER_TARGET, exception, exception_name, "{message}");
}
