use std::{error::Error, fmt};

use lambda_runtime::Diagnostic;

use super::Failure;
use crate::json::error_name;

/// An error that chooses the name it is known by when a handler fails with it: Lambda's `errorType`,
/// `exception_name` in the log, the type of the cause in the handler's span.
///
/// Queries and alarms look for it, so it must outlive what the type is called. `#[derive(ErrorType)]`
/// of `powertools` implements it.
pub trait ErrorType: Error + 'static {
    /// Returns the name, of letters, digits, `_`, `-`, `.` and `:`; of a path with `::` only the last part is told.
    fn error_type(&self) -> &'static str;
}

/// The name of an error that is only text.
const TEXT: &str = "Error";

impl Failure<'_> {
    /// Returns what Lambda is told of it: a name that stays the same, and the message.
    ///
    /// The name is that of the error's type without its module. Where a box hides the type it is what a derived
    /// `Debug` begins with, the variant of an enum. The log and the handler's span have the same.
    pub fn diagnostic(&self) -> Diagnostic {
        let (error_type, error_message) = match *self {
            Self::Error(error, of_type) => (error_name(error, of_type), text_of(&error)),
            Self::Described(name, message) => (name.to_owned(), message.to_owned()),
            Self::Text(text) => (TEXT.to_owned(), text.to_owned()),
        };
        Diagnostic { error_type, error_message }
    }
}

/// Returns what something displays, as far as it can: `to_string` panics where `Display` fails.
fn text_of(value: &dyn fmt::Display) -> String {
    let mut text = String::new();
    let _ = fmt::write(&mut text, format_args!("{value}"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::HandlerError;

    #[derive(Debug, thiserror::Error)]
    enum OrderError {
        #[error("{0} left")]
        OutOfStock(u32),
    }

    fn diagnostic<Kind>(error: impl HandlerError<Kind>) -> (String, String) {
        let diagnostic = error.describe().diagnostic();
        (diagnostic.error_type, diagnostic.error_message)
    }

    #[test]
    fn lambda_is_told_the_name_that_logs_have() {
        let told = |name: &str, message: &str| (name.to_owned(), message.to_owned());
        assert_eq!(diagnostic(OrderError::OutOfStock(2)), told("OrderError", "2 left"));
        let boxed: lambda_runtime::Error = OrderError::OutOfStock(2).into();
        assert_eq!(diagnostic(boxed), told("OutOfStock", "2 left"));
        assert_eq!(diagnostic("out of tea"), told("Error", "out of tea"));
        let text: lambda_runtime::Error = "out of tea".into();
        assert_eq!(diagnostic(text), told("Error", "out of tea"));
    }

    #[test]
    fn an_error_that_can_not_be_displayed_has_a_name_all_the_same() {
        #[derive(Debug)]
        struct Mute;
        impl fmt::Display for Mute {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        impl Error for Mute {}
        assert_eq!(diagnostic(Mute), ("Mute".to_owned(), String::new()));
    }
}
