use std::{any::type_name, error::Error};

use lambda_runtime::Diagnostic;

/// An error that a handler may return, with a description for utilities.
///
/// It is implemented for every [`Error`] type, for `lambda_runtime::Error`, `anyhow::Error`, and other boxes of errors,
/// and for `Diagnostic`, `String`, and `&str`. `Kind` only distinguishes these implementations and is inferred. To
/// implement the trait for another type, define your own kind.
#[diagnostic::on_unimplemented(
    message = "the error of a Lambda handler must implement `std::error::Error`, and `{Self}` does not",
    label = "`{Self}` is not an error that a Lambda handler can return",
    note = "derive it with `thiserror::Error`, or return `powertools::Error`, to which `?` converts every error"
)]
pub trait HandlerError<Kind> {
    /// Describes the error.
    fn describe(&self) -> Failure<'_>;
}

/// The description of an error that a handler returned.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Failure<'a> {
    /// An error, with the full name of its type or its chosen name, if one of them is known.
    Error(&'a (dyn Error + 'static), Option<&'a str>),
    /// An error that occurred outside the handler, for example because the event can't be deserialized.
    Surrounding {
        /// The error.
        error: &'a (dyn Error + 'static),
        /// Its name.
        name: &'a str,
        /// The message of the log line, in place of `handler failed`.
        message: &'static str,
    },
    /// The type and the message of a `Diagnostic`.
    Described(&'a str, &'a str),
    /// A message without a type.
    Text(&'a str),
}

/// The kind of an error type that implements [`Error`].
#[derive(Debug)]
pub enum Typed {}

impl<E: Error + 'static> HandlerError<Typed> for E {
    fn describe(&self) -> Failure<'_> {
        Failure::Error(self, Some(type_name::<E>()))
    }
}

/// The kind of `lambda_runtime::Error`, `anyhow::Error`, and similar types, which contain an error of any type.
#[derive(Debug)]
pub enum Boxed {}

impl<E: AsRef<dyn Error + Send + Sync + 'static>> HandlerError<Boxed> for E {
    fn describe(&self) -> Failure<'_> {
        Failure::Error(self.as_ref(), None)
    }
}

/// The kind of boxed errors that are not `Send`.
#[derive(Debug)]
pub enum LocallyBoxed {}

impl HandlerError<LocallyBoxed> for Box<dyn Error> {
    fn describe(&self) -> Failure<'_> {
        Failure::Error(self.as_ref(), None)
    }
}

/// The kind of a `Diagnostic`.
#[derive(Debug)]
pub enum Described {}

impl HandlerError<Described> for Diagnostic {
    fn describe(&self) -> Failure<'_> {
        Failure::Described(&self.error_type, &self.error_message)
    }
}

/// The kind of errors that consist only of text.
#[derive(Debug)]
pub enum Text {}

impl HandlerError<Text> for String {
    fn describe(&self) -> Failure<'_> {
        Failure::Text(self)
    }
}

impl HandlerError<Text> for &str {
    fn describe(&self) -> Failure<'_> {
        Failure::Text(self)
    }
}
