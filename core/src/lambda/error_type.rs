use std::fmt;

use lambda_runtime::Diagnostic;

use super::{Failure, failure_field::TEXT};
use crate::{Redaction, json::error_name};

impl Failure<'_> {
    /// Returns the error that Lambda receives: a stable name, and the message without secrets.
    ///
    /// The name is the same in the log and in the span of the handler; see [`error_name`].
    pub fn diagnostic(&self, redaction: &Redaction) -> Diagnostic {
        let (error_type, message) = match *self {
            Self::Error(error, of_type) => (error_name(error, of_type), text_of(&error)),
            Self::Surrounding { error, name, .. } => (name.to_owned(), text_of(&error)),
            Self::Described(name, message) => (name.to_owned(), message.to_owned()),
            Self::Text(text) => (TEXT.to_owned(), text.to_owned()),
        };
        Diagnostic { error_type, error_message: redaction.text(&message).into_owned() }
    }
}

/// Formats a value as far as possible: unlike `to_string`, it does not panic if `Display` returns an error.
fn text_of(value: &dyn fmt::Display) -> String {
    let mut text = String::new();
    let _ = fmt::write(&mut text, format_args!("{value}"));
    text
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::lambda::HandlerError;

    #[derive(Debug, thiserror::Error)]
    enum OrderError {
        #[error("{0} left")]
        OutOfStock(u32),
    }

    fn diagnostic<Kind>(error: impl HandlerError<Kind>) -> (String, String) {
        let diagnostic = error.describe().diagnostic(&Redaction::default());
        (diagnostic.error_type, diagnostic.error_message)
    }

    #[test]
    fn lambda_gets_the_same_error_name_as_the_log() {
        let told = |name: &str, message: &str| (name.to_owned(), message.to_owned());
        assert_eq!(diagnostic(OrderError::OutOfStock(2)), told("OrderError", "2 left"));
        let boxed: lambda_runtime::Error = OrderError::OutOfStock(2).into();
        assert_eq!(diagnostic(boxed), told("OutOfStock", "2 left"));
        assert_eq!(diagnostic("out of tea"), told("Error", "out of tea"));
        let text: lambda_runtime::Error = "out of tea".into();
        assert_eq!(diagnostic(text), told("Error", "out of tea"));
    }

    #[test]
    fn error_message_is_redacted() {
        let message = "error sending request for url (https://api.example/pay?token=4242)";
        let (_, shown) = diagnostic(message);
        assert_eq!(shown, "error sending request for url (https://api.example/pay)");
        let shown = message.describe().diagnostic(&Redaction::none());
        assert_eq!(shown.error_message, message);
    }

    #[test]
    fn error_with_failing_display_has_a_name() {
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
