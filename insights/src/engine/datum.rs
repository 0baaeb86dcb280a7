//! The value of a field while a query runs.

use std::borrow::Cow;

use crate::{Value, event};

/// A value, as far as possible borrowed from the event or the query.
#[derive(Clone, Debug, Default)]
pub(crate) enum Datum<'a> {
    /// The event has no such field.
    #[default]
    Absent,
    /// Shown as 1 or 0, and equal to the words `true` and `false` too.
    Flag(bool),
    /// A finite number.
    Number(f64),
    /// In milliseconds since 1970.
    Time(i64),
    Text(Cow<'a, str>),
    /// An object or an array, as JSON.
    Json(Cow<'a, str>),
}

/// No function gives a longer text, so that a few that double their argument don't take all memory.
pub(crate) const LONGEST: usize = 16 << 20;

/// Integers up to here are exact as `f64`.
const EXACT: u64 = 1 << 53;

impl<'a> Datum<'a> {
    /// Creates a number; a value that is not finite is absent.
    pub(crate) fn number(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Absent }
    }

    /// Creates a number of an integer; one that `f64` can't hold stays the text of its digits.
    pub(crate) fn integer(number: impl Into<i128>) -> Self {
        let number = number.into();
        if number.unsigned_abs() <= u128::from(EXACT) {
            Self::Number(number as f64)
        } else {
            Self::Text(number.to_string().into())
        }
    }

    /// Creates a text.
    pub(crate) fn text_of(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Returns this, or nothing if it is a text too long to be kept.
    pub(crate) fn of_bounded_length(self) -> Self {
        match &self {
            Self::Text(text) | Self::Json(text) if text.len() > LONGEST => Self::Absent,
            _ => self,
        }
    }

    /// Borrows what this owns.
    pub(crate) fn borrowed(&self) -> Datum<'_> {
        match self {
            Self::Text(text) => Datum::Text(Cow::Borrowed(text)),
            Self::Json(json) => Datum::Json(Cow::Borrowed(json)),
            Self::Absent => Datum::Absent,
            Self::Flag(flag) => Datum::Flag(*flag),
            Self::Number(number) => Datum::Number(*number),
            Self::Time(millis) => Datum::Time(*millis),
        }
    }

    /// Owns everything.
    pub(crate) fn into_owned(self) -> Datum<'static> {
        match self {
            Self::Text(text) => Datum::Text(Cow::Owned(text.into_owned())),
            Self::Json(json) => Datum::Json(Cow::Owned(json.into_owned())),
            Self::Absent => Datum::Absent,
            Self::Flag(flag) => Datum::Flag(flag),
            Self::Number(number) => Datum::Number(number),
            Self::Time(millis) => Datum::Time(millis),
        }
    }

    pub(crate) fn is_present(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns the number that this is or reads as.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Self::Time(millis) => Some(*millis as f64),
            Self::Text(text) => numeric(text),
            Self::Absent | Self::Json(_) => None,
        }
    }

    /// Returns the time that this is or reads as, in milliseconds since 1970.
    pub(crate) fn as_time(&self) -> Option<i64> {
        match self {
            Self::Time(millis) => Some(*millis),
            Self::Text(text) => {
                event::instant(text).or_else(|| numeric(text).map(|number| number as i64))
            }
            _ => self.as_number().map(|number| number as i64),
        }
    }

    /// Returns how this reads; `None` if it is absent.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        self.borrowed().into_text()
    }

    /// Returns how this reads; `None` if it is absent.
    pub(crate) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) | Self::Json(text) => Some(text),
            other => Some(other.into_value()?.to_string().into()),
        }
    }

    /// Returns whether a filter lets this through.
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Text(text) if text == "true" => true,
            _ => self.as_number().is_some_and(|number| number != 0.0),
        }
    }

    /// Converts this to a cell of a table.
    pub(crate) fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::Absent => return None,
            Self::Flag(flag) => Value::Number(f64::from(u8::from(flag))),
            Self::Number(number) => Value::Number(number),
            Self::Time(millis) => Value::Time(millis),
            Self::Text(text) | Self::Json(text) => Value::Text(text.into_owned()),
        })
    }
}

/// Reads a text as a number, if it is one from its first character to its last.
pub(crate) fn numeric(text: &str) -> Option<f64> {
    let first = text.as_bytes().first()?;
    if !first.is_ascii_digit() && !matches!(first, b'-' | b'+' | b'.') {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_finite_numbers_are_numeric() {
        assert_eq!(numeric("-12.5e1"), Some(-125.0));
        for text in ["", "12a", "inf", "-inf", "+nan", "1e999", "-", "0x1f", " 1"] {
            assert_eq!(numeric(text), None, "{text:?}");
        }
    }

    #[test]
    fn large_integers_keep_their_digits() {
        assert!(matches!(Datum::integer(9_007_199_254_740_992_u64), Datum::Number(_)));
        let large = Datum::integer(i64::MIN);
        assert_eq!(large.text().as_deref(), Some("-9223372036854775808"));
    }
}
