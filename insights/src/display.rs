//! Values as people read them.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::Value;

/// Writes a value as the service's console does: times in UTC, numbers with few digits.
pub(crate) fn value(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(self::number(*number)),
        Value::Time(time) => Cow::Owned(self::time(*time)),
    }
}

/// Writes a number with four digits after the point, or four that are not zero.
pub(crate) fn number(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-12..1e15).contains(&size) || !number.is_finite() {
        return format!("{number:?}");
    }
    let zeros = if size == 0.0 || size >= 1.0 { 0.0 } else { -size.log10().ceil() };
    // Between 4 and 16.
    let digits = 4 + zeros as usize;
    let text = format!("{number:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (if text == "-0" { "0" } else { text }).to_owned()
}

/// Writes a time as `2026-11-20 11:31:18.967`.
pub(crate) fn time(ms: i64) -> String {
    match Timestamp::from_millisecond(ms) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S.%3f").to_string(),
        Err(_) => ms.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{number, time};

    #[test]
    fn numbers_have_significant_digits_only() {
        let shown = [0.0, 3.0, -2.5, 12.345678, 99.99999, 0.000_002_1, 1e-4, 1e20, f64::NAN];
        let expected = ["0", "3", "-2.5", "12.3457", "100", "0.0000021", "0.0001", "1e20", "NaN"];
        assert_eq!(shown.map(number), expected);
    }

    #[test]
    fn time_is_in_utc_with_milliseconds() {
        assert_eq!(time(1_795_174_278_967), "2026-11-20 11:31:18.967");
        assert_eq!(time(i64::MAX), i64::MAX.to_string());
    }
}
