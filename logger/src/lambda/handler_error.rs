use std::error::Error;

use lambda_runtime::Diagnostic;

use crate::{exception, targets::HANDLER_TARGET};

/// An error that a handler may return, and how it is logged.
///
/// Implemented for every [`Error`] type, for `lambda_runtime::Error`, `anyhow::Error` and other boxes of
/// errors, for `Diagnostic`, `String` and `&str`. `Kind` only tells these implementations apart and is
/// inferred; a type of your own that is none of these takes a kind of your own.
pub trait HandlerError<Kind> {
    /// Logs the error as one ERROR event.
    fn log(&self);
}

const MESSAGE: &str = "handler failed";

/// The kind of an error type that implements [`Error`].
#[derive(Debug)]
pub enum Typed {}

impl<E: Error + 'static> HandlerError<Typed> for E {
    fn log(&self) {
        tracing::error!(target: HANDLER_TARGET, error = exception(self), "{MESSAGE}");
    }
}

/// The kind of `lambda_runtime::Error`, `anyhow::Error` and the like, which hold an error of any type.
#[derive(Debug)]
pub enum Boxed {}

impl<E: AsRef<dyn Error + Send + Sync + 'static>> HandlerError<Boxed> for E {
    fn log(&self) {
        let error: &(dyn Error + 'static) = self.as_ref();
        tracing::error!(target: HANDLER_TARGET, error, "{MESSAGE}");
    }
}

/// The kind of a `Diagnostic`.
#[derive(Debug)]
pub enum Described {}

impl HandlerError<Described> for Diagnostic {
    fn log(&self) {
        tracing::error!(target: HANDLER_TARGET,
            exception = self.error_message,
            exception_name = self.error_type,
            "{MESSAGE}"
        );
    }
}

/// The kind of an error that is only text.
#[derive(Debug)]
pub enum Text {}

impl HandlerError<Text> for String {
    fn log(&self) {
        tracing::error!(target: HANDLER_TARGET, exception = self, "{MESSAGE}");
    }
}

impl HandlerError<Text> for &str {
    fn log(&self) {
        tracing::error!(target: HANDLER_TARGET, exception = *self, "{MESSAGE}");
    }
}
