use powertools_core::json::write_integer;

/// Writes nanoseconds since 1970 as seconds with six decimals: more than a double can hold is of no use.
pub(super) fn write(out: &mut Vec<u8>, nanos: u64) {
    const DECIMALS: usize = 6;
    let micros = nanos / 1000;
    if micros < 1_000_000 {
        // A clock that was never set.
        return out.extend_from_slice(format!("0.{micros:06}").as_bytes());
    }
    write_integer(out, micros);
    out.insert(out.len() - DECIMALS, b'.');
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
