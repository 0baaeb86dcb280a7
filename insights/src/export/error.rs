use thiserror::Error;

use crate::FillError;

/// Why queries can't be exported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExportError {
    /// A name is longer than the service takes.
    #[error("the name `{name}` has more than 255 characters")]
    LongName {
        /// Folder and name.
        name: String,
    },
    /// A log group's name has characters that the service does not take.
    #[error("`{name}` is not the name of a log group: use letters, digits and . - _ / #")]
    LogGroup {
        /// The name.
        name: String,
    },
    /// The format has no parameters, and they can't be filled in.
    #[error("{query}: {source}")]
    Fill {
        /// The query.
        query: String,
        /// Why not.
        source: FillError,
    },
}

/// Checks names by the limits of `PutQueryDefinition`.
pub(super) fn check(name: &str, log_groups: &[String]) -> Result<(), ExportError> {
    if name.chars().count() > 255 {
        return Err(ExportError::LongName { name: name.to_owned() });
    }
    let is_taken = |letter: char| letter.is_ascii_alphanumeric() || ".-_/#".contains(letter);
    let is_name = |group: &str| (1..=512).contains(&group.len()) && group.chars().all(is_taken);
    match log_groups.iter().find(|group| !is_name(group)) {
        Some(group) => Err(ExportError::LogGroup { name: group.clone() }),
        None => Ok(()),
    }
}
