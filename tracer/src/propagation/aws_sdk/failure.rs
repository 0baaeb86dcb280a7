use std::error::Error as StdError;

use aws_smithy_runtime_api::client::{
    interceptors::context::Error, orchestrator::OrchestratorError,
};
use aws_smithy_types::error::ErrorMetadata;
use powertools_core::json::{write_exception, write_text_exception};

/// Why a call failed.
pub(super) enum Failure<'a> {
    /// The service says so, by a code and a message.
    Service(String, String),
    /// The client does, by a kind of error and its sources.
    Client(&'static str, &'a OrchestratorError<Error>),
}

impl<'a> Failure<'a> {
    pub(super) fn of(error: &'a OrchestratorError<Error>) -> Self {
        match error.as_operation_error() {
            Some(error) => {
                let (code, message) = code_and_message(error);
                Self::Service(code, message)
            }
            None => Self::Client(kind(error), error),
        }
    }

    pub(super) fn code(&self) -> &str {
        match self {
            Self::Service(code, _) => code,
            Self::Client(kind, _) => kind,
        }
    }

    pub(super) fn is_service(&self) -> bool {
        matches!(self, Self::Service(..))
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Service(code, message) => write_text_exception(out, code, message, None),
            Self::Client(kind, error) => write_exception(out, *error, Some(kind), None),
        }
    }
}

/// Takes code and message from an error whose type is not known here.
///
/// An error that the operation's model does not have comes from its metadata; one that it has is shown as
/// `Code: message`.
fn code_and_message(error: &Error) -> (String, String) {
    let mut sources = std::iter::successors(error.source(), |source| (*source).source()).take(16);
    let metadata = sources.find_map(|source| source.downcast_ref::<ErrorMetadata>());
    if let Some(code) = metadata.and_then(ErrorMetadata::code) {
        let message = metadata.and_then(ErrorMetadata::message).unwrap_or_default();
        return (code.to_owned(), message.to_owned());
    }
    let shown = error.to_string();
    let (code, message) = shown.split_once(": ").unwrap_or((&shown, ""));
    if is_code(code) { (code.to_owned(), message.to_owned()) } else { ("Error".to_owned(), shown) }
}

/// Tells whether this may be the code of an error, such as `ResourceNotFoundException`.
fn is_code(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_part)
}

/// Names an error of the client as the variants of `SdkError` do.
fn kind(error: &OrchestratorError<Error>) -> &'static str {
    if error.is_timeout_error() {
        "TimeoutError"
    } else if error.is_connector_error() {
        "DispatchFailure"
    } else if error.is_response_error() {
        "ResponseError"
    } else if error.is_interceptor_error() {
        "InterceptorError"
    } else {
        "OrchestratorError"
    }
}
