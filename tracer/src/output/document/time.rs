use std::ops::RangeFrom;

use powertools_core::json::write_integer;

const NANOS: u64 = 1_000_000_000;

/// The seconds of the years 2001 to 2106, which are written all at once.
const TEN_DIGITS: RangeFrom<u32> = 1_000_000_000..;

/// Writes nanoseconds since 1970 as seconds with six decimals: more than a double can hold is of no use.
pub(super) fn write(out: &mut Vec<u8>, nanos: u64) {
    let (seconds, micros) = (nanos / NANOS, (nanos % NANOS / 1000) as u32);
    let ([k, l], [m, n, o, p]) = (two_digits(micros / 10_000), four_digits(micros));
    if let Some(seconds) = u32::try_from(seconds).ok().filter(|it| TEN_DIGITS.contains(it)) {
        let (first, rest) = (seconds / 100_000_000, seconds % 100_000_000);
        let ([a, b], [c, d, e, f]) = (two_digits(first), four_digits(rest / 10_000));
        let [g, h, i, j] = four_digits(rest);
        out.extend_from_slice(&[a, b, c, d, e, f, g, h, i, j, b'.', k, l, m, n, o, p]);
    } else {
        write_integer(out, seconds);
        out.extend_from_slice(&[b'.', k, l, m, n, o, p]);
    }
}

/// Returns the last four digits.
fn four_digits(number: u32) -> [u8; 4] {
    let number = number % 10_000;
    let ([a, b], [c, d]) = (two_digits(number / 100), two_digits(number));
    [a, b, c, d]
}

/// Returns the last two digits.
fn two_digits(number: u32) -> [u8; 2] {
    PAIRS[(number % 100) as usize]
}

/// Each number below 100 as two digits.
static PAIRS: [[u8; 2]; 100] = {
    let (mut pairs, mut number) = ([[0; 2]; 100], 0);
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_decimals_and_no_rounding() {
        for (nanos, expected) in [
            (0, "0.000000"),
            (1_999, "0.000001"),
            (999_999_999_999_999_999, "999999999.999999"),
            (1_000_000_000_000_000_000, "1000000000.000000"),
            (1_795_174_278_967_012_999, "1795174278.967012"),
            (4_294_967_295_000_001_000, "4294967295.000001"),
            (4_294_967_296_000_001_000, "4294967296.000001"),
            (10_000_000_000_000_001_000, "10000000000.000001"),
            (u64::MAX, "18446744073.709551"),
        ] {
            let mut out = Vec::new();
            write(&mut out, nanos);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
