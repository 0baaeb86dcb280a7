use std::convert::Infallible;

use serde::Serialize;

use crate::{IdempotencyError, ResultJson};

/// A failure of idempotency itself: without the operation's own error, and with its result as JSON.
///
/// It has the names, the texts and the variants of [`IdempotencyError`], of which `Failed` can't occur. An
/// operation's own error type converts from it:
///
/// ```
/// use powertools_idempotency::IdempotencyProblem;
///
/// #[derive(Debug, thiserror::Error)]
/// enum OrderError {
///     #[error("out of stock")]
///     OutOfStock,
///     #[error(transparent)]
///     Idempotency(#[from] IdempotencyProblem),
/// }
/// ```
pub type IdempotencyProblem = IdempotencyError<ResultJson, Infallible>;

/// An error type that can represent a failure of idempotency: every type that implements
/// `From<IdempotencyProblem>`, such as `Box<dyn Error + Send + Sync>`, `lambda_runtime::Error` and `anyhow::Error`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't represent a failure of idempotency",
    label = "the error type does not implement `From<IdempotencyProblem>`",
    note = "give it a variant such as `Idempotency(#[from] IdempotencyProblem)`, \
            or use `Idempotency::try_run`, which takes any error type"
)]
pub trait FromProblem {
    /// Converts the problem.
    fn from_problem(problem: IdempotencyProblem) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<IdempotencyProblem>> FromProblem for E {
    fn from_problem(problem: IdempotencyProblem) -> Self {
        Self::from(problem)
    }
}

impl<T: Serialize, E> IdempotencyError<T, E> {
    /// Returns the failure of idempotency; a result that it carries becomes JSON.
    ///
    /// # Errors
    ///
    /// The operation's own error, if it is that.
    pub fn into_problem(self) -> Result<IdempotencyProblem, E> {
        Ok(match self {
            Self::Failed(error) => return Err(error),
            Self::InProgress { call, until } => IdempotencyError::InProgress { call, until },
            Self::Reentrant { call } => IdempotencyError::Reentrant { call },
            Self::NoKey { call, looked_for } => IdempotencyError::NoKey { call, looked_for },
            Self::PayloadMismatch { call } => IdempotencyError::PayloadMismatch { call },
            Self::Store { call, source } => IdempotencyError::Store { call, source },
            Self::CannotBlock { call, source } => IdempotencyError::CannotBlock { call, source },
            Self::NotRecorded { call, result, source } => {
                IdempotencyError::NotRecorded { call, result: ResultJson::new(&result), source }
            }
            Self::LeaseLost { call, result } => {
                IdempotencyError::LeaseLost { call, result: ResultJson::new(&result) }
            }
            Self::TooLate { call, left, needed } => {
                IdempotencyError::TooLate { call, left, needed }
            }
            Self::LeaseEnded { call } => IdempotencyError::LeaseEnded { call },
            Self::ResultNotKept { call } => IdempotencyError::ResultNotKept { call },
            Self::UnreadableResult { call, record, source } => {
                IdempotencyError::UnreadableResult { call, record, source }
            }
            Self::Payload { call, source } => IdempotencyError::Payload { call, source },
        })
    }

    /// Returns the operation's own error, to which a failure of idempotency is converted.
    ///
    /// ```
    /// # use powertools_idempotency::{Idempotency, IdempotencyError, MemoryStore, Outcome};
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// # async fn place(orders: &Idempotency<MemoryStore>) -> Result<u32, Error> {
    /// let placed = orders.try_run("o-17", &(), async || Ok::<_, Error>(1)).await;
    /// placed.map(Outcome::into_inner).map_err(IdempotencyError::flatten)
    /// # }
    /// ```
    pub fn flatten(self) -> E
    where
        E: FromProblem,
    {
        self.into_problem().map_or_else(|own| own, E::from_problem)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{BlockingError, CallId, StoreError};

    type Problem = IdempotencyError<u32, &'static str>;

    fn unavailable() -> StoreError {
        StoreError::Unavailable { what: "the table".into(), source: None }
    }

    fn call() -> CallId {
        CallId::new("place_order", Some("orders.place_order#3f2a"))
    }

    #[test]
    fn problem_keeps_the_name_text_and_retryability_of_its_error() {
        let problems: [fn() -> Problem; 12] = [
            || {
                let (left, needed) = (Duration::ZERO, Duration::from_secs(1));
                IdempotencyError::TooLate { call: call(), left, needed }
            },
            || IdempotencyError::LeaseEnded { call: call() },
            || IdempotencyError::Reentrant { call: call() },
            || IdempotencyError::InProgress { call: call(), until: None },
            || IdempotencyError::NoKey { call: call(), looked_for: "/id".into() },
            || IdempotencyError::PayloadMismatch { call: call() },
            || IdempotencyError::Store { call: call(), source: unavailable() },
            || IdempotencyError::CannotBlock { call: call(), source: BlockingError::OneThread },
            || IdempotencyError::NotRecorded { call: call(), result: 1, source: unavailable() },
            || IdempotencyError::LeaseLost { call: call(), result: 1 },
            || IdempotencyError::ResultNotKept { call: call() },
            || {
                let source = serde_json::from_str::<u32>("x").unwrap_err();
                IdempotencyError::Payload { call: call(), source: source.into() }
            },
        ];
        for problem in problems {
            let (before, after) = (problem(), problem().into_problem().unwrap());
            assert_eq!(before.name(), after.name());
            assert_eq!(before.to_string(), after.to_string());
            assert_eq!(before.is_retryable(), after.is_retryable());
            assert_eq!(after.call(), Some(&call()));
            assert!(after.to_string().contains(&call().to_string()), "{after}");
        }
    }

    #[test]
    fn error_of_the_operation_passes_unchanged() {
        #[derive(Debug, PartialEq)]
        enum Own {
            Mine,
            Idempotency(&'static str),
        }

        impl From<IdempotencyProblem> for Own {
            fn from(problem: IdempotencyProblem) -> Self {
                Self::Idempotency(problem.name())
            }
        }

        let failed = IdempotencyError::<u32, _>::Failed(Own::Mine);
        assert_eq!(failed.flatten(), Own::Mine);
        let refused = IdempotencyError::<u32, Own>::PayloadMismatch { call: call() };
        assert_eq!(refused.flatten(), Own::Idempotency("IdempotencyPayloadMismatch"));
    }
}
