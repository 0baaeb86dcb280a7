use powertools_core::lambda::Failure;
use tracing::field::debug;

use crate::{targets::HANDLER_TARGET, value::Exception};

const MESSAGE: &str = "handler failed";

/// Logs what a handler failed with as one ERROR event.
pub(super) fn log(failure: Failure<'_>) {
    match failure {
        Failure::Error(error, Some(of_type)) => {
            let error = debug(Exception::new(error, of_type));
            tracing::error!(target: HANDLER_TARGET, error, "{MESSAGE}");
        }
        Failure::Error(error, None) => tracing::error!(target: HANDLER_TARGET, error, "{MESSAGE}"),
        Failure::Described(exception_name, exception) => {
            tracing::error!(target: HANDLER_TARGET, exception, exception_name, "{MESSAGE}");
        }
        Failure::Text(exception) => {
            tracing::error!(target: HANDLER_TARGET, exception, "{MESSAGE}");
        }
        unknown => tracing::error!(target: HANDLER_TARGET, exception = ?unknown, "{MESSAGE}"),
    }
}
