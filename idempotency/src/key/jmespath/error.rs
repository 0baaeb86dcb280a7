use jmespath::{ErrorReason, JmespathError};

/// What is wrong with an expression, or with a payload in its eyes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{expression}`, line {line}, column {column}: {reason}")]
#[non_exhaustive]
pub struct JmesPathError {
    /// The expression.
    pub expression: String,
    /// The line in the expression; the first is 1.
    pub line: usize,
    /// The character in the line; the first is 1.
    pub column: usize,
    /// What is wrong there; parts of the payload are not in it, but for a number that is too large.
    pub reason: String,
}

impl JmesPathError {
    /// Creates one about a whole expression.
    pub(super) fn of(expression: &str, reason: String) -> Self {
        Self { expression: expression.to_owned(), line: 1, column: 1, reason }
    }
}

impl From<JmespathError> for JmesPathError {
    fn from(error: JmespathError) -> Self {
        let JmespathError { expression, line, column, reason, .. } = error;
        let reason = match reason {
            ErrorReason::Parse(reason) => reason,
            ErrorReason::Runtime(reason) => reason.to_string(),
        };
        Self { expression, line: line + 1, column: column + 1, reason }
    }
}
