use std::fmt::Display;

use lambda_runtime::Diagnostic;
use powertools_core::lambda::{Failure, HandlerError};
use serde::Serialize;

use crate::{IdempotencyError, IdempotencyProblem};

/// Why a handler inside a [`HandlerLayer`](super::HandlerLayer) gave no response; `E` is its own error.
///
/// Lambda's caller sees what the handler's error says where it is that, and otherwise
/// [`IdempotencyError::name`] as `errorType`. It is no `std::error::Error`, because `lambda_runtime::Error` is
/// none either; layers of other utilities know it as a [`HandlerError`].
#[derive(Debug)]
pub enum LayerError<E> {
    /// The handler failed.
    Handler(E),
    /// The handler did not run, or its response could not be recorded or replayed.
    Idempotency(IdempotencyProblem),
}

impl<T: Serialize, E> From<IdempotencyError<T, E>> for LayerError<E> {
    fn from(error: IdempotencyError<T, E>) -> Self {
        error.into_problem().map_or_else(Self::Handler, Self::Idempotency)
    }
}

impl<E: Into<Self>> From<LayerError<E>> for Diagnostic {
    fn from(error: LayerError<E>) -> Self {
        match error {
            LayerError::Handler(error) => error.into(),
            LayerError::Idempotency(problem) => problem.into(),
        }
    }
}

/// Lets a handler return the error of [`Idempotency::try_run`](crate::Idempotency::try_run) as it is.
impl<T, E: Display> From<IdempotencyError<T, E>> for Diagnostic {
    fn from(error: IdempotencyError<T, E>) -> Self {
        Self { error_type: error.name().to_owned(), error_message: error.to_string() }
    }
}

/// The kind of a [`LayerError`], whose handler's errors are of the kind `Kind`.
#[derive(Debug)]
pub struct Layered<Kind>(std::convert::Infallible, std::marker::PhantomData<Kind>);

impl<E: HandlerError<Kind>, Kind> HandlerError<Layered<Kind>> for LayerError<E> {
    fn describe(&self) -> Failure<'_> {
        match self {
            Self::Handler(error) => error.describe(),
            Self::Idempotency(problem) => Failure::Surrounding {
                error: problem,
                name: problem.name(),
                message: message_of(problem),
            },
        }
    }
}

/// Returns the message of a problem's line: the handler itself did not fail.
fn message_of(problem: &IdempotencyProblem) -> &'static str {
    match problem {
        IdempotencyError::NotRecorded { .. } | IdempotencyError::LeaseLost { .. } => {
            "handler ran, but its result was not recorded"
        }
        _ => "handler did not run",
    }
}
