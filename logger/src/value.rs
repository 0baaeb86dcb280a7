//! Values that `tracing` has no type for.

use std::{
    any::type_name,
    backtrace::Backtrace,
    error::Error,
    fmt::{self, Debug, Display},
};

use serde::Serialize;
use tracing::field::{DebugValue, debug};

use crate::json::{Capture, write_exception};

/// Logs any [`Serialize`] value as nested JSON, which Logs Insights can look into.
///
/// Under another subscriber it shows as JSON text. A value that has no JSON form is replaced by a
/// string that says why; NaN and infinities inside it become `null`, as serde_json writes them.
///
/// ```
/// use powertools_logger::json;
///
/// #[derive(serde::Serialize)]
/// struct Order { id: u32, items: Vec<&'static str> }
///
/// let order = Order { id: 17, items: vec!["tea"] };
/// tracing::info!(order = json(&order), "order received");
/// ```
pub fn json<T: Serialize + ?Sized>(value: &T) -> DebugValue<Json<'_, T>> {
    debug(Json(value))
}

/// Made by [`json`].
pub struct Json<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> Debug for Json<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Capture::accept() {
            Some(capture) => capture.json(f, &self.0),
            None => match serde_json::to_string(self.0) {
                Ok(text) => f.write_str(&text),
                Err(error) => write!(f, "<not serialisable: {error}>"),
            },
        }
    }
}

/// Logs an error as `exception`, `exception_name` and `stack_trace`, with its type and its sources.
///
/// An error passed as `&dyn Error` is logged the same way, but named only as well as its `Debug`
/// allows. Of several errors in one event the first gives these keys, the others are kept as
/// objects under their own.
///
/// ```
/// use powertools_logger::exception;
///
/// let error = "x".parse::<u32>().unwrap_err();
/// tracing::error!(error = exception(&error), "order refused");
/// ```
pub fn exception<E: Error + 'static>(error: &E) -> DebugValue<Exception<'_>> {
    debug(Exception { error, of_type: type_name::<E>(), backtrace: None })
}

/// As [`exception`], with the backtrace that was taken when the error arose; it shows if it was captured.
pub fn exception_with_backtrace<'a, E: Error + 'static>(
    error: &'a E,
    backtrace: &'a Backtrace,
) -> DebugValue<Exception<'a>> {
    debug(Exception { error, of_type: type_name::<E>(), backtrace: Some(backtrace) })
}

/// Made by [`exception`].
pub struct Exception<'a> {
    error: &'a (dyn Error + 'static),
    of_type: &'static str,
    backtrace: Option<&'a Backtrace>,
}

impl Debug for Exception<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Capture::accept() {
            Some(capture) => {
                let mut parts = Vec::new();
                write_exception(&mut parts, self.error, Some(self.of_type), self.backtrace);
                capture.exception(f, &parts)
            }
            None => Display::fmt(self.error, f),
        }
    }
}
