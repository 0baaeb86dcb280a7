use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::{Serialize, de::DeserializeOwned, ser::Error as _};

/// The JSON of a result that an operation returned and that could not be recorded.
///
/// An [`IdempotencyProblem`](crate::IdempotencyProblem) carries the result in this form, because an error type can't
/// name the result of each operation. Its `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ResultJson(Option<String>);

impl ResultJson {
    pub(crate) fn new<T: Serialize + ?Sized>(result: &T) -> Self {
        Self(json_of(result).ok())
    }

    /// Returns the JSON; `None` if the result has no JSON form.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Parses the result.
    ///
    /// # Errors
    ///
    /// As `serde_json`, if `T` is not the type of the result or the result has no JSON form.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match &self.0 {
            Some(json) => serde_json::from_str(json),
            None => Err(serde::de::Error::custom("the result has no JSON form")),
        }
    }
}

/// Serialises a result; a panic in its `Serialize` is an error, because the effect has already happened.
pub(crate) fn json_of<T: Serialize + ?Sized>(result: &T) -> Result<String, serde_json::Error> {
    catch_unwind(AssertUnwindSafe(|| serde_json::to_string(result)))
        .unwrap_or_else(|_| Err(serde_json::Error::custom("its Serialize implementation panicked")))
}

impl fmt::Debug for ResultJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(json) => write!(f, "ResultJson({} bytes)", json.len()),
            None => f.write_str("ResultJson(none)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_is_parsed_and_is_not_in_debug_output() {
        let json = ResultJson::new(&("4242", 5));
        assert_eq!(json.parse::<(String, u32)>().unwrap(), ("4242".to_owned(), 5));
        assert_eq!(format!("{json:?}"), "ResultJson(10 bytes)");
    }
}
