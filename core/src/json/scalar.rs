//! JSON numbers, and values that are serialized with serde.

use std::io::{self, Write};

use serde::Serialize;

use super::write_string;

/// Writes an integer of any size.
#[inline]
pub fn write_integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Writes a finite number as a JSON number, and any other as a string, because JSON has no literals for those.
pub fn write_f64(out: &mut Vec<u8>, number: f64) {
    /// Up to this limit every integer is exactly an `f64`, and is faster to write as an integer.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    match number {
        // Values below one are excluded, so that a negative zero keeps its sign.
        _ if (1.0..WHOLE).contains(&number) && (number as u64) as f64 == number => {
            write_integer(out, number as u64);
            out.extend_from_slice(b".0");
        }
        _ if number.is_finite() => {
            out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
        }
        _ if number.is_nan() => write_string(out, "NaN"),
        _ if number > 0.0 => write_string(out, "Infinity"),
        _ => write_string(out, "-Infinity"),
    }
}

/// Returns a number as text; this takes less space in the binary than the formatter of the standard library.
pub fn f64_text(number: f64) -> String {
    zmij::Buffer::new().format(number).to_owned()
}

/// Writes any value on one line; a value that can't be represented in JSON is replaced by a string that gives the
/// reason.
pub fn write_serialize<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if let Err(error) = serde_json::to_writer(OneLine(out), value) {
        out.truncate(start);
        write_string(out, &unserialisable(&error));
    }
}

/// Returns the text that replaces a value that can't be represented in JSON.
pub fn unserialisable(error: &serde_json::Error) -> String {
    format!("<not serialisable: {error}>")
}

/// Replaces line feeds between tokens by spaces; only a `RawValue` can contain them.
struct OneLine<'a>(&'a mut Vec<u8>);

impl Write for OneLine<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let start = self.0.len();
        self.0.extend_from_slice(bytes);
        on_one_line(&mut self.0[start..]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Replaces line feeds between tokens by spaces; a JSON string can't contain unescaped ones.
#[inline]
pub fn on_one_line(json: &mut [u8]) {
    for byte in json {
        if matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_without_a_literal_are_strings() {
        let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5, -0.0];
        let written = numbers.map(|number| written(|out| write_f64(out, number)));
        assert_eq!(written, ["\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "1.5", "-0.0"]);
    }

    #[test]
    fn floats_equal_those_of_serde_json() {
        let powers = (0..64).map(|exponent| 2_f64.powi(exponent));
        for number in powers.flat_map(|it| [it, it - 1.0, it + 1.0, -it, it + 0.5]) {
            let expected = serde_json::to_string(&number).unwrap();
            assert_eq!(written(|out| write_f64(out, number)), expected);
        }
    }

    #[test]
    fn largest_integers_are_exact() {
        assert_eq!(written(|out| write_integer(out, u128::MAX)), u128::MAX.to_string());
        assert_eq!(written(|out| write_integer(out, i128::MIN)), i128::MIN.to_string());
    }

    #[test]
    fn unserializable_value_is_a_note() {
        let map = BTreeMap::from([((1, 2), 3)]);
        assert_eq!(
            written(|out| write_serialize(out, &map)),
            "\"<not serialisable: key must be a string>\""
        );
    }
}
