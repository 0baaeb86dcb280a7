//! Encodes values so that equal values have equal bytes.

use super::{Datum, datum::numeric};

/// Appends a value; a numeric text is its number if it reads like it.
pub(crate) fn push(key: &mut Vec<u8>, value: &Datum<'_>) {
    match value {
        Datum::Absent => key.push(0),
        Datum::Number(number) => push_number(key, *number),
        Datum::Flag(flag) => push_number(key, f64::from(u8::from(*flag))),
        Datum::Time(millis) => push_bytes(key, 2, &millis.to_le_bytes()),
        Datum::Text(text) => match canonical(text) {
            Some(number) => push_number(key, number),
            None => push_text(key, 3, text),
        },
        Datum::Json(json) => push_text(key, 4, json),
    }
}

fn push_number(key: &mut Vec<u8>, number: f64) {
    // Adding zero makes one of the two zeros.
    push_bytes(key, 1, &(number + 0.0).to_bits().to_le_bytes());
}

/// The length keeps apart what stands in one text and what stands in the next.
fn push_text(key: &mut Vec<u8>, tag: u8, text: &str) {
    push_bytes(key, tag, &text.len().to_le_bytes());
    key.extend_from_slice(text.as_bytes());
}

fn push_bytes(key: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    key.push(tag);
    key.extend_from_slice(bytes);
}

/// Returns the number of a text such as `200`; one such as `0200` is another text.
fn canonical(text: &str) -> Option<f64> {
    let number = numeric(text)?;
    (Datum::Number(number).text()? == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: &[Datum<'_>]) -> Vec<u8> {
        let mut key = Vec::new();
        values.iter().for_each(|value| push(&mut key, value));
        key
    }

    fn text(text: &str) -> Datum<'_> {
        Datum::Text(text.into())
    }

    #[test]
    fn equal_looking_values_share_a_group_key() {
        assert_eq!(key(&[Datum::Number(200.0)]), key(&[text("200")]));
        assert_eq!(key(&[Datum::Number(0.0)]), key(&[Datum::Number(-0.0)]));
        assert_ne!(key(&[text("0200")]), key(&[text("200")]));
        assert_ne!(key(&[text("ab"), text("c")]), key(&[text("a"), text("bc")]));
        assert_ne!(key(&[Datum::Absent]), key(&[text("")]));
        assert_ne!(key(&[text("12345678901234567890")]), key(&[text("12345678901234567891")]));
    }
}
