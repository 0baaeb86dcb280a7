use std::{any::Any, thread};

use powertools_core::{Invocation, lambda::Failure, report_panic};

use crate::{
    context::{LogState, flush},
    targets::HANDLER_TARGET,
};

/// Logs what a handler failed with as one ERROR event.
pub(super) fn log(failure: Failure<'_>) {
    let message = match failure {
        Failure::Surrounding { message, .. } => message,
        _ => "handler failed",
    };
    log_failure(failure, message);
}

/// Logs a failure with its type and its sources as one ERROR event.
pub fn log_failure(failure: Failure<'_>, message: &str) {
    tracing::error!(target: HANDLER_TARGET, error = failure.field(), "{message}");
}

/// Logs the panic that ended the current invocation, unless it has a line already.
///
/// The panic hook writes that line. It does not know of a panic that was resumed, as after `JoinError::into_panic`, if
/// the task that panicked did not belong to the invocation.
pub fn log_uncaught_panic(payload: &(dyn Any + Send)) {
    if Invocation::current().is_some_and(|it| !LogState::of(&it).panic_logged()) {
        report_panic(payload);
    }
}

/// Writes what was kept back if a panic comes through.
pub(super) struct FlushOnPanic<'a>(pub(super) &'a Invocation);

impl Drop for FlushOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            flush(self.0);
        }
    }
}
