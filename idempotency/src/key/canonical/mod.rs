//! The one text of all JSON texts that mean the same: what keys and validation digests are made of.

mod decimal;
#[cfg(feature = "md5")]
mod javascript;
mod order;
mod writer;

pub(crate) use decimal::Decimal;
#[cfg(feature = "md5")]
pub(crate) use javascript::attribute_number;

use serde::de::{Error, IgnoredAny};

use writer::Writer;

/// What a value is, as far as it matters for whether it may be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Null,
    EmptyText,
    /// An array or an object with so many values, of which so many are `null`.
    Container {
        values: usize,
        nulls: usize,
    },
    /// Any other value.
    Scalar,
}

impl Shape {
    /// Returns whether it is not a key, by the rule of Powertools for Python: `null`, empty, or only nulls.
    pub(crate) fn is_missing(self) -> bool {
        match self {
            Self::Null | Self::EmptyText => true,
            Self::Container { values, nulls } => values == nulls,
            Self::Scalar => false,
        }
    }

    /// Returns whether it is `null`, or has a part that is.
    pub(crate) fn has_nulls(self) -> bool {
        match self {
            Self::Null => true,
            Self::Container { nulls, .. } => nulls > 0,
            Self::EmptyText | Self::Scalar => false,
        }
    }
}

/// The form in which JSON is hashed.
///
/// Two texts have one canonical form if they differ only in white space, in the order of members, or in how a
/// character is escaped. Of members with the same name the last one counts. The forms differ in which numbers are
/// equal, and in how they are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CanonicalForm {
    /// Numbers are equal if they have the same value and are both written with a fraction or an exponent, or both
    /// without: `1e2` and `100.0` are equal, and differ from `100`; `0.1` and `0.10` are equal, and differ from
    /// `0.1000000000000000055`. Numbers of any size and precision are told apart.
    ///
    /// Apart from numbers that a double doesn't hold exactly, it is the form of Python.
    #[default]
    Exact,
    /// The text that Python's `json.dumps(json.loads(text), sort_keys=True)` writes, and so the one that Powertools
    /// for Python hashes: integers of any size are exact, other numbers are doubles.
    Python,
    /// The text that `JSON.stringify` writes of a value that Powertools for TypeScript has sorted: all numbers are
    /// doubles, and `1.0` is `1`.
    #[cfg(feature = "md5")]
    TypeScript,
}

impl CanonicalForm {
    /// Writes JSON in this form.
    ///
    /// ```
    /// use powertools_idempotency::CanonicalForm;
    ///
    /// let text = CanonicalForm::Exact.of(r#"{"b":[1.50,18446744073709551617],"a":"é"}"#)?;
    /// assert_eq!(text, r#"{"a": "\u00e9", "b": [1.5, 18446744073709551617]}"#);
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The text is not JSON, or its arrays and objects are nested more than 128 levels deep.
    pub fn of(self, json: &str) -> Result<String, serde_json::Error> {
        let (text, _) = self.write(json)?;
        String::from_utf8(text).map_err(Error::custom)
    }

    /// Writes JSON, and says what it is.
    pub(crate) fn write(self, json: &str) -> Result<(Vec<u8>, Shape), serde_json::Error> {
        Writer::new(json, self).write().ok_or_else(|| problem(json))
    }

    /// Returns the form in which two results are equal for all programs that share them.
    pub(crate) const fn of_results() -> Self {
        #[cfg(feature = "md5")]
        let form = Self::TypeScript;
        #[cfg(not(feature = "md5"))]
        let form = Self::Exact;
        form
    }

    /// Returns whether numbers, strings and members are written as JavaScript does.
    pub(crate) const fn is_javascript(self) -> bool {
        #[cfg(feature = "md5")]
        let is_javascript = matches!(self, Self::TypeScript);
        #[cfg(not(feature = "md5"))]
        let is_javascript = false;
        is_javascript
    }
}

/// Says why a text has no canonical form.
#[cold]
fn problem(json: &str) -> serde_json::Error {
    match serde_json::from_str::<IgnoredAny>(json) {
        Err(error) => error,
        Ok(_) => Error::custom(format!("nested deeper than {} levels", writer::DEEPEST)),
    }
}

#[cfg(test)]
mod tests;
