use std::error::Error;

use lambda_runtime::Diagnostic;

use crate::exception;

/// An error that a handler may return, and how it is logged.
///
/// Implemented for every [`Error`] type, `lambda_runtime::Error`, `Diagnostic`, `String` and `&str`.
/// `Kind` only tells these implementations apart; it is always inferred.
pub trait HandlerError<Kind> {
    /// Logs the error as one ERROR event.
    fn log(&self);
}

const MESSAGE: &str = "handler failed";

/// The kind of an error type that implements [`Error`].
pub enum Typed {}

impl<E: Error + 'static> HandlerError<Typed> for E {
    fn log(&self) {
        tracing::error!(error = exception(self), "{MESSAGE}");
    }
}

/// The kind of `lambda_runtime::Error`.
pub enum Boxed {}

impl HandlerError<Boxed> for lambda_runtime::Error {
    fn log(&self) {
        let error: &(dyn Error + 'static) = &**self;
        tracing::error!(error, "{MESSAGE}");
    }
}

/// The kind of a `Diagnostic`.
pub enum Described {}

impl HandlerError<Described> for Diagnostic {
    fn log(&self) {
        tracing::error!(
            exception = self.error_message,
            exception_name = self.error_type,
            "{MESSAGE}"
        );
    }
}

/// The kind of an error that is only text.
pub enum Text {}

impl HandlerError<Text> for String {
    fn log(&self) {
        tracing::error!(exception = self, "{MESSAGE}");
    }
}

impl HandlerError<Text> for &str {
    fn log(&self) {
        tracing::error!(exception = *self, "{MESSAGE}");
    }
}
