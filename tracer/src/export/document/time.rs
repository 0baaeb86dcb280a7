use powertools_core::json::write_integer;

const NANOS: u64 = 1_000_000_000;

/// Writes nanoseconds since 1970 as seconds with six decimals: more than a double can hold is of no use.
pub(super) fn write(out: &mut Vec<u8>, nanos: u64) {
    write_integer(out, nanos / NANOS);
    let micros = (nanos % NANOS / 1000) as usize;
    let [a, b] = PAIRS[micros / 10_000];
    let [c, d] = PAIRS[micros / 100 % 100];
    let [e, f] = PAIRS[micros % 100];
    out.extend_from_slice(&[b'.', a, b, c, d, e, f]);
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
            (1_795_174_278_967_012_999, "1795174278.967012"),
            (u64::MAX, "18446744073.709551"),
        ] {
            let mut out = Vec::new();
            write(&mut out, nanos);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
