use std::fmt::{self, Debug, Display};

use tracing::field::{DebugValue, debug};

use super::Failure;
use crate::json::{Capture, write_exception, write_text_exception};

/// The name of an error that consists only of text.
pub(super) const TEXT: &str = "Error";

impl<'a> Failure<'a> {
    /// Writes the parts of the error; see [`ExceptionParts`](crate::json::ExceptionParts).
    pub fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Error(error, of_type) => write_exception(out, error, of_type, None),
            Self::Surrounding { error, name, .. } => write_exception(out, error, Some(name), None),
            Self::Described(name, message) => write_text_exception(out, name, message, None),
            Self::Text(message) => write_text_exception(out, TEXT, message, None),
        }
    }

    /// Returns the error as a field of an event. The logger and the tracer record its parts, other subscribers its
    /// message.
    pub fn field(self) -> DebugValue<FailureField<'a>> {
        debug(FailureField(self))
    }
}

/// The field that [`Failure::field`] returns.
pub struct FailureField<'a>(Failure<'a>);

impl Debug for FailureField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(capture) = Capture::accept() {
            let mut parts = Vec::new();
            self.0.write(&mut parts);
            return capture.exception(f, &parts);
        }
        match self.0 {
            Failure::Error(error, _) | Failure::Surrounding { error, .. } => Display::fmt(error, f),
            Failure::Described(_, message) | Failure::Text(message) => f.write_str(message),
        }
    }
}
