/// Returns a number as eight lower-case hex digits, which are computed in parallel in one word.
pub fn hex_digits(number: u32) -> [u8; 8] {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    // Move each of the eight nibbles to a separate byte.
    let spread = u64::from(number);
    let spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff;
    let spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff;
    let digits = (spread | spread << 4) & (ONES * 0x0f);
    // Adding 6 sets bit 4 exactly for the digits from a to f.
    let letters = ((digits + ONES * 6) >> 4) & ONES;
    (digits + ONES * u64::from(b'0') + letters * u64::from(b'a' - b'9' - 1)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_digits_equal_those_of_the_formatter() {
        for number in [0, 1, 0x0123_4567, 0x89ab_cdef, 0x9af0_0fa9, u32::MAX] {
            assert_eq!(hex_digits(number), format!("{number:08x}").as_bytes());
        }
    }
}
