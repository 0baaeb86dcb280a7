use powertools_core::json::write_integer;

/// Writes nanoseconds since 1970 as seconds with six decimals: more than a double can hold is of no use.
pub(super) fn write(out: &mut Vec<u8>, nanos: u64) {
    const MICROS: u64 = 1_000_000;
    let micros = nanos / 1000;
    write_integer(out, micros / MICROS);
    out.push(b'.');
    let start = out.len();
    out.extend_from_slice(b"000000");
    let mut rest = micros % MICROS;
    for digit in out[start..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}

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
