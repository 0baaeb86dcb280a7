/// The digits of the largest `f64`, 1.7976931348623157e308.
const LARGEST: &[u8; 17] = b"17976931348623157";

/// Returns whether a JSON number is too large for an `f64`: many readers reject such a number, others make it infinite.
///
/// The number is not parsed, because the parser of the standard library is larger than all code that reads events.
pub(super) fn is_beyond_f64(number: &[u8]) -> bool {
    let number = number.strip_prefix(b"-").unwrap_or(number);
    let exponent_mark = number.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (digits, exponent) = number.split_at(exponent_mark.unwrap_or(number.len()));
    if exponent.is_empty() && digits.len() <= 308 {
        return false;
    }
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let is_significant = |byte: &u8| matches!(byte, b'1'..=b'9');
    let Some(first) = digits.iter().position(is_significant) else {
        return false;
    };
    // The power of ten of the first significant digit.
    let lead = if first < point { offset(point - first) - 1 } else { -offset(first - point) };
    match lead.saturating_add(parse_exponent(exponent)) {
        ..308 => false,
        308 => {
            let digits = digits[first..].iter().filter(|byte| **byte != b'.');
            digits.take(LARGEST.len()).gt(LARGEST)
        }
        _ => true,
    }
}

fn offset(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Parses an exponent such as `e+10`, and saturates if it does not fit.
fn parse_exponent(exponent: &[u8]) -> i64 {
    let digits = exponent.iter().filter(|byte| byte.is_ascii_digit());
    let magnitude = digits.fold(0_i64, |number, digit| {
        number.saturating_mul(10).saturating_add(i64::from(digit - b'0'))
    });
    if exponent.contains(&b'-') { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_f64_are_recognized() {
        let (long, longest) = ("9".repeat(400), "1".repeat(309));
        for number in ["1e400", "-1E+309", "0.001e312", "1.8e308", "1e99999999999999999999", &long]
        {
            assert!(is_beyond_f64(number.as_bytes()), "{number}");
            assert!(number.parse::<f64>().unwrap().is_infinite());
        }
        let small = format!("0.{}1e400", "0".repeat(399));
        for number in [
            "0",
            "-0.0",
            "0e400",
            "1.5",
            "20241128123456789012345",
            "1e308",
            "1.7976931348623157e308",
            "17.976931348623157e307",
            "1e-400",
            "-1e-99999999999999999999",
            &longest,
            &small,
        ] {
            assert!(!is_beyond_f64(number.as_bytes()), "{number}");
            assert!(number.parse::<f64>().unwrap().is_finite());
        }
    }

    proptest::proptest! {
        #[test]
        fn number_check_agrees_with_the_standard_library(number in r"-?(0|[1-9][0-9]{0,4})(\.[0-9]{1,4})?[eE][+-]?3[01][0-9]") {
            let is_infinite = number.parse::<f64>().unwrap().is_infinite();
            proptest::prop_assert_eq!(is_beyond_f64(number.as_bytes()), is_infinite);
        }
    }
}
