//! Values that `tracing` has no type for.

use std::{
    backtrace::Backtrace,
    error::Error,
    fmt::{self, Debug, Display},
};

use powertools_core::json::{Capture, write_exception};
use serde::Serialize;
use tracing::field::{DebugValue, debug};

use crate::AsException;

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
/// An error in a box, such as `powertools::Error`, or passed as `&dyn Error`, is logged the same way, but its name is
/// that of the first of its sources that tells one: the code of an error of AWS's SDK, an `io::ErrorKind`, or what a
/// derived `Debug` begins with, such as the variant of an enum. A name that
/// [`ErrorTypes`](powertools_core::ErrorTypes) have for the error comes before all others. `root_cause` is the last
/// source, if it says something else. Of several errors in one
/// event the first gives these keys, the others are kept as objects under their own.
///
/// ```
/// use powertools_logger::exception;
///
/// let error = "x".parse::<u32>().unwrap_err();
/// tracing::error!(error = exception(&error), "order refused");
///
/// let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
/// tracing::error!(error = exception(&boxed), "order refused");
/// ```
pub fn exception<E, Kind>(error: &E) -> DebugValue<Exception<'_>>
where
    E: AsException<Kind> + ?Sized,
{
    debug(Exception::new(error.as_error(), E::type_name()))
}

/// As [`exception`], with the backtrace that was taken when the error arose; it shows if it was captured.
pub fn exception_with_backtrace<'a, E, Kind>(
    error: &'a E,
    backtrace: &'a Backtrace,
) -> DebugValue<Exception<'a>>
where
    E: AsException<Kind> + ?Sized,
{
    let backtrace = Some(backtrace);
    debug(Exception { backtrace, ..Exception::new(error.as_error(), E::type_name()) })
}

/// Made by [`exception`].
pub struct Exception<'a> {
    error: &'a (dyn Error + 'static),
    of_type: Option<&'a str>,
    backtrace: Option<&'a Backtrace>,
}

impl<'a> Exception<'a> {
    pub(crate) fn new(error: &'a (dyn Error + 'static), of_type: Option<&'a str>) -> Self {
        Self { error, of_type, backtrace: None }
    }
}

impl Debug for Exception<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Capture::accept() {
            Some(capture) => {
                let mut parts = Vec::new();
                write_exception(&mut parts, self.error, self.of_type, self.backtrace);
                capture.exception(f, &parts)
            }
            None => Display::fmt(self.error, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use serde_json::{Value, json};

    use super::{json as wrap, *};
    use powertools_core::json::write_debug;

    fn written(value: &dyn Debug) -> Value {
        let mut out = Vec::new();
        write_debug(&mut out, value);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn wrappers_write_json_and_others_text() {
        assert_eq!(written(&wrap(&json!({"a": [1, "x\n"]}))), json!({"a": [1, "x\n"]}));
        assert_eq!(written(&Some("x")), json!("Some(\"x\")"));
        assert_eq!(written(&format_args!("")), json!(""));
    }

    #[test]
    fn a_wrapper_inside_other_text_is_text() {
        let value = json!([1]);
        let inner = wrap(&value);
        assert_eq!(written(&Some(&inner)), json!("Some([1])"));
        assert_eq!(written(&format_args!("{inner:?} and {inner:?}")), json!("[1] and [1]"));
    }

    #[test]
    fn a_wrapper_formatted_elsewhere_leaves_the_line_whole() {
        struct Elsewhere(bool);
        impl Debug for Elsewhere {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = format!("{:?}", wrap(&1));
                if self.0 { f.write_str(&text) } else { Ok(()) }
            }
        }
        assert_eq!(written(&Elsewhere(true)), json!("1"));
        assert_eq!(written(&Elsewhere(false)), json!(""));
    }

    #[test]
    fn an_exception_inside_other_text_is_its_message() {
        let error = "x".parse::<u8>().unwrap_err();
        let text = written(&format_args!("{:?} \"failed\"", exception(&error)));
        assert_eq!(text, json!("invalid digit found in string \"failed\""));
    }

    #[test]
    fn a_debug_that_panics_leaves_nothing_behind() {
        struct Panics;
        impl Debug for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
                std::panic::resume_unwind(Box::new("on purpose"))
            }
        }
        assert!(std::panic::catch_unwind(|| written(&Panics)).is_err());
        assert_eq!(format!("{:?}", wrap(&[1])), "[1]");
    }

    #[test]
    fn an_exception_that_went_nowhere_leaves_the_line_whole() {
        struct Full;
        impl Write for Full {
            fn write_str(&mut self, _: &str) -> fmt::Result {
                Err(fmt::Error)
            }
        }
        struct Elsewhere;
        impl Debug for Elsewhere {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let error = "x".parse::<u8>().unwrap_err();
                let _ = write!(Full, "{:?}", exception(&error));
                f.write_str("plain \"text\"")
            }
        }
        assert_eq!(written(&Elsewhere), json!("plain \"text\""));
    }

    #[test]
    fn failures_are_said_in_the_line() {
        struct Fails;
        impl Debug for Fails {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("begun")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(written(&Fails), json!("begun<its Debug failed>"));
        let map = std::collections::BTreeMap::from([((1, 2), 3)]);
        assert_eq!(written(&wrap(&map)), json!("<not serialisable: key must be a string>"));
    }
}
