#[cfg(feature = "jmespath")]
use super::JmesPathError;

/// Why the key, or what is validated, can't be taken from a payload.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// The payload or the key has no JSON form, or one that is too deep.
    #[error("the payload has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
    /// A number can't be told from others, because it was rounded to a double before the key was taken.
    #[error(
        "a number may have been rounded to a double, and other numbers would have the same key; keep the text of the \
         event (`powertools::run`, `InvocationLayer::keep_event` or `RawValue` as the payload), take the key from it \
         with a JSON pointer or `KeyFrom::json_function`, or send the number as a string"
    )]
    InexactNumber,
    /// A JSON pointer does not begin with a slash.
    #[error("{0:?} is not a JSON pointer, which is empty or begins with `/`; write \"/{0}\"")]
    InvalidPointer(String),
    /// What is validated is not in the payload, or the call has no payload.
    #[error(
        "what is validated, {0}, is missing from the payload; give the call its payload (`payload = …` in \
         `#[idempotent]`), or allow it with `on_missing_part`"
    )]
    MissingPart(String),
    /// The expression fails on this payload, such as where a text that it unwraps is not JSON.
    #[cfg(feature = "jmespath")]
    #[error("the payload is not what the expression expects: {0}")]
    JmesPath(#[from] JmesPathError),
}
