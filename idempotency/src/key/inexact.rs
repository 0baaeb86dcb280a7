//! Numbers that are rounded when JSON is read into values.

use std::ops::Range;

use powertools_core::event::{Kind, Reader, Token};

use super::{CanonicalForm, PayloadError, canonical::Decimal};

/// From here on a double may stand for an integer that has more digits.
const TWO_TO_THE_64: f64 = 18_446_744_073_709_551_616.0;

/// The numbers of a text that `serde_json::Value` rounds, and that make another key than what they are rounded to.
pub(super) struct InexactNumbers<'a> {
    json: &'a str,
    /// Each with the double that it is rounded to.
    numbers: Vec<(Range<usize>, f64)>,
    form: CanonicalForm,
}

impl<'a> InexactNumbers<'a> {
    /// Looks for them in a text; `None` if it has none.
    pub(super) fn of(json: &'a str, form: CanonicalForm) -> Option<Self> {
        if form.is_javascript() {
            return None;
        }
        let inexact = |token: Token| {
            let text = &json[token.range()];
            is_inexact(text, form).then(|| Some((token.range(), double(text)?))).flatten()
        };
        let numbers: Vec<_> = numbers(json).filter_map(inexact).collect();
        (!numbers.is_empty()).then_some(Self { json, numbers, form })
    }

    /// Returns the text with the numbers rounded.
    pub(super) fn rounded(&self) -> String {
        self.replaced(|double| serde_json::to_string(&double).unwrap_or_default())
    }

    fn replaced(&self, number: impl Fn(f64) -> String) -> String {
        let mut text = String::with_capacity(self.json.len());
        let mut copied = 0;
        for (range, double) in &self.numbers {
            text.push_str(&self.json[copied..range.start]);
            text.push_str(&number(*double));
            copied = range.end;
        }
        text.push_str(&self.json[copied..]);
        text
    }

    /// Gives the numbers in what was found in values of the text the digits that they have in the text.
    ///
    /// # Errors
    ///
    /// [`PayloadError::InexactNumber`] if several numbers of the text are rounded to the one that was found.
    pub(super) fn restore(&self, found: &str) -> Result<String, PayloadError> {
        let mut restored = String::with_capacity(found.len());
        let mut copied = 0;
        for token in numbers(found) {
            let text = &found[token.range()];
            if is_integer(text) {
                continue;
            }
            let Some(original) = double(text).and_then(|double| self.original(double).transpose())
            else {
                continue;
            };
            restored.push_str(&found[copied..token.start]);
            restored.push_str(original?);
            copied = token.end;
        }
        restored.push_str(&found[copied..]);
        Ok(restored)
    }

    /// Returns the digits of a number that was rounded; `None` if none was rounded to it.
    fn original(&self, wanted: f64) -> Result<Option<&'a str>, PayloadError> {
        let is_wanted = |double: f64| double.to_bits() == wanted.to_bits();
        if !self.numbers.iter().any(|(_, double)| is_wanted(*double)) {
            return Ok(None);
        }
        let mut originals = numbers(self.json)
            .map(|token| &self.json[token.range()])
            .filter(|text| double(text).is_some_and(is_wanted));
        let first = originals.next();
        match originals.all(|other| first.is_some_and(|first| self.is_same(first, other))) {
            true => Ok(first),
            false => Err(PayloadError::InexactNumber),
        }
    }

    fn is_same(&self, one: &str, other: &str) -> bool {
        let canonical = |text| self.form.of(text).ok();
        canonical(one) == canonical(other)
    }

    /// Looks into strings that were made of the values for a number that was rounded.
    ///
    /// # Errors
    ///
    /// [`PayloadError::InexactNumber`] if there is one: other numbers would make the same string.
    pub(super) fn check_strings(&self, found: &str) -> Result<(), PayloadError> {
        let mut reader = Reader::new(found.as_bytes());
        while let Ok(Some(token)) = reader.next() {
            if !matches!(token.kind, Kind::Text | Kind::Name) {
                continue;
            }
            let text = reader.text(token);
            let is_in_text = |(_, double): &(_, f64)| {
                // As serde_json and as the standard library write it.
                let json = serde_json::to_string(double).unwrap_or_default();
                let texts = [json, double.to_string(), format!("{double:e}")];
                texts.iter().any(|number| has_number(&text, number))
            };
            if self.numbers.iter().any(is_in_text) {
                return Err(PayloadError::InexactNumber);
            }
        }
        Ok(())
    }
}

/// Returns whether a number stands in a text, and is not a part of a longer one.
fn has_number(text: &str, number: &str) -> bool {
    let number = number.trim_start_matches('-');
    text.match_indices(number).any(|(at, _)| {
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + number.len()..]);
        !is_digit(before.last()) && before.last() != Some(&b'.') && !is_digit(after.first())
    })
}

/// Returns whether a text has a number that is written as a double is.
pub(super) fn has_doubles(json: &str) -> bool {
    numbers(json).any(|token| !is_integer(&json[token.range()]))
}

/// Returns whether a text that was written from values has a number that may have been a longer integer.
pub(super) fn has_rounded_integers(json: &str) -> bool {
    numbers(json).any(|token| {
        let text = &json[token.range()];
        !is_integer(text) && double(text).is_some_and(|double| double.abs() >= TWO_TO_THE_64)
    })
}

fn numbers(json: &str) -> impl Iterator<Item = Token> {
    let mut reader = Reader::new(json.as_bytes());
    std::iter::from_fn(move || {
        loop {
            match reader.next() {
                Ok(Some(token)) if token.kind == Kind::Number => return Some(token),
                Ok(Some(_)) => {}
                _ => return None,
            }
        }
    })
}

fn is_integer(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

fn is_inexact(text: &str, form: CanonicalForm) -> bool {
    if is_integer(text) {
        // The negative zero is read as a double.
        return text == "-0" || (text.parse::<i64>().is_err() && text.parse::<u64>().is_err());
    }
    // Python reads doubles, too.
    form == CanonicalForm::Exact && double(text).is_some_and(|double| !is_shortest(text, double))
}

/// Returns whether the shortest digits that mean a double are those of the text.
fn is_shortest(text: &str, double: f64) -> bool {
    let mut buffer = zmij::Buffer::new();
    let shortest = Decimal::of(buffer.format(double).as_bytes());
    match (Decimal::of(text.as_bytes()), shortest) {
        (Some(decimal), Some(shortest)) => decimal.is_same(&shortest),
        _ => false,
    }
}

/// Reads a number as a double; `None` if it is too large for one.
fn double(text: &str) -> Option<f64> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Option<InexactNumbers<'_>> {
        InexactNumbers::of(json, CanonicalForm::Exact)
    }

    #[test]
    fn numbers_that_a_value_holds_are_exact() {
        for json in [
            "[1, -1, 18446744073709551615, 0.1, 1e2, 12.50, 5e-324, 1e400]",
            r#""0.10000000000000000555""#,
        ] {
            assert!(of(json).is_none(), "{json}");
        }
        for json in
            ["18446744073709551616", "-9223372036854775809", "0.10000000000000001", "4e-324"]
        {
            assert!(of(json).is_some(), "{json}");
        }
        assert!(InexactNumbers::of("0.10000000000000001", CanonicalForm::Python).is_none());
    }

    #[test]
    fn found_numbers_get_their_digits_back() {
        let json = r#"{"id": 18446744073709551617, "same": 18446744073709551617, "price": 0.1000000000000000055}"#;
        let inexact = of(json).unwrap();
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(inexact.restore(&value["id"].to_string()).unwrap(), "18446744073709551617");
        assert_eq!(
            inexact.restore(r#"["0.1",0.1,2.5]"#).unwrap(),
            r#"["0.1",0.1000000000000000055,2.5]"#
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&inexact.rounded()).unwrap(), value);
    }

    #[test]
    fn several_numbers_that_are_rounded_to_one_are_refused() {
        for json in ["[18446744073709551617, 18446744073709551618]", "[0.1, 0.1000000000000000055]"]
        {
            let first = serde_json::from_str::<Vec<f64>>(json).unwrap()[0];
            let found = serde_json::to_string(&first).unwrap();
            assert!(matches!(of(json).unwrap().restore(&found), Err(PayloadError::InexactNumber)));
        }
    }

    #[test]
    fn strings_that_were_made_of_rounded_numbers_are_refused() {
        let inexact = of("[18446744073709551617, 0.1000000000000000055]").unwrap();
        for found in
            [r#""a-1.8446744073709552e19""#, r#""18446744073709552000""#, r#"{"id-0.1": 1}"#]
        {
            assert!(inexact.check_strings(found).is_err(), "{found}");
        }
        for found in [r#""10.15""#, r#""0.12""#, r#""1.0.1""#, "0.1"] {
            assert!(inexact.check_strings(found).is_ok(), "{found}");
        }
    }
}
