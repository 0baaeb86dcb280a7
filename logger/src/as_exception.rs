//! What [`exception`](crate::exception) takes for an error.

use std::{any::type_name, error::Error};

/// An error that [`exception`](crate::exception) logs: of a type that implements [`Error`], or what hides the type, a
/// box or a reference of `dyn Error`.
///
/// `Kind` only tells these apart and is inferred.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no error that can be logged with its sources",
    note = "an error implements std::error::Error, or is a `Box<dyn Error>`, also with Send and Sync",
    note = "of an `anyhow::Error` it is `exception(&*error)`"
)]
pub trait AsException<Kind> {
    /// Returns the error.
    fn as_error(&self) -> &(dyn Error + 'static);

    /// Returns the full name of the error's type, unless it is hidden.
    fn type_name() -> Option<&'static str> {
        None
    }
}

/// The kind of an error whose type is known.
#[derive(Debug)]
pub enum Typed {}

impl<E: Error + 'static> AsException<Typed> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }

    fn type_name() -> Option<&'static str> {
        Some(type_name::<E>())
    }
}

/// The kind of an error of any type, behind a reference or in a box.
#[derive(Debug)]
pub enum Hidden {}

macro_rules! hidden {
    ($($hidden:ty),*) => {
        $(
            impl AsException<Hidden> for $hidden {
                fn as_error(&self) -> &(dyn Error + 'static) {
                    self
                }
            }

            impl AsException<Hidden> for Box<$hidden> {
                fn as_error(&self) -> &(dyn Error + 'static) {
                    &**self
                }
            }
        )*
    };
}

hidden!(dyn Error, dyn Error + Send, dyn Error + Sync, dyn Error + Send + Sync);

#[cfg(test)]
mod tests {
    use std::{backtrace::Backtrace, num::ParseIntError, sync::Arc};

    use super::*;
    use crate::{exception, exception_with_backtrace, testing::capture};

    fn error() -> ParseIntError {
        "x".parse::<u8>().unwrap_err()
    }

    fn generic<E: Error + 'static>(error: &E) {
        tracing::error!(error = exception(error), "generic");
    }

    #[test]
    fn an_error_in_a_box_is_logged_as_the_error() {
        let captured = capture();
        let boxes: (Box<dyn Error + Send + Sync>, Box<dyn Error + Send>, Box<dyn Error>) =
            (error().into(), Box::new(error()), error().into());
        tracing::error!(error = exception(&boxes.0), "in a box");
        tracing::error!(error = exception(&*boxes.0), "out of it");
        tracing::error!(error = exception(&boxes.1), "of another kind");
        tracing::error!(error = exception(&boxes.2), "of a third");
        tracing::error!(
            error = exception_with_backtrace(&boxes.2, &Backtrace::disabled()),
            "with a backtrace"
        );
        let logged =
            r#""exception":"invalid digit found in string","exception_name":"ParseIntError""#;
        let lines = captured.lines();
        assert_eq!(
            (lines.len(), lines.iter().filter(|line| line.contains(logged)).count()),
            (5, 5),
            "{lines:?}"
        );
    }

    #[test]
    fn an_error_behind_a_bound_or_a_shared_pointer_is_no_ambiguity() {
        let captured = capture();
        generic(&error());
        assert_eq!(captured.last()["exception_name"], "ParseIntError");
        let shared: Arc<dyn Error + Send + Sync> = Arc::new(error());
        tracing::error!(error = exception(&shared), "shared");
        assert_eq!(captured.last()["exception"], "invalid digit found in string");
    }
}
