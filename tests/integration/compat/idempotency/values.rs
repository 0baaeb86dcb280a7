//! JSON texts of every kind, the same ones each time.

use fastrand::Rng;

/// Which numbers the texts have.
#[derive(Clone, Copy)]
pub(in super::super) enum Numbers {
    /// All that JSON can write.
    Any,
    /// Those that JMESPath keeps exact here.
    OfJmesPath,
}

/// Returns so many texts.
pub(in super::super) fn texts(count: usize, numbers: Numbers) -> Vec<String> {
    let mut texts = Texts { rng: Rng::with_seed(17), numbers };
    (0..count).map(|_| texts.json(4)).collect()
}

struct Texts {
    rng: Rng,
    numbers: Numbers,
}

impl Texts {
    /// Makes a value in which others lie so deep at most.
    fn json(&mut self, depth: u32) -> String {
        let values = if depth == 0 { 0 } else { self.rng.usize(..6) };
        match self.rng.u8(..12) {
            0..3 if depth > 0 => format!("[{}]", self.several(values, |it| it.json(depth - 1))),
            3..8 if depth > 0 => {
                let member =
                    |it: &mut Self| format!("{}{}:{}", it.name(), it.space(), it.json(depth - 1));
                format!("{{{}}}", self.several(values, member))
            }
            0 | 3 | 8 => self.one(&["null", "true", "false", "[]", "{}", "\"\""]),
            1 | 4 | 9 => self.whole(),
            2 | 5 | 10 => self.string(),
            _ => self.float(),
        }
    }

    fn several(&mut self, count: usize, mut make: impl FnMut(&mut Self) -> String) -> String {
        let mut spaced = |it: &mut Self| format!("{}{}{}", it.space(), make(it), it.space());
        (0..count).map(|_| spaced(self)).collect::<Vec<_>>().join(",")
    }

    fn space(&mut self) -> String {
        self.one(&["", "", "", " ", "\n", "\t\r\n "])
    }

    /// Makes a name that comes twice often enough.
    fn name(&mut self) -> String {
        const FEW: [&str; 10] = [
            r#""a""#,
            r#""b""#,
            r#""\u0061""#,
            r#""B""#,
            r#""""#,
            r#""é""#,
            "\"\u{ffff}\"",
            r#""😀""#,
            r#""10""#,
            r#""9""#,
        ];
        if self.rng.bool() { self.one(&FEW) } else { self.string() }
    }

    fn whole(&mut self) -> String {
        let text = match self.rng.u8(..6) {
            0 => self.rng.i8(..).to_string(),
            1 => self.rng.i64(..).to_string(),
            2 => self.rng.u64(..).to_string(),
            3 => self.one(&["0", "-0", "18446744073709551616", "-9223372036854775809"]),
            _ => format!("{}{}{}", self.sign(), self.rng.u8(1..=9), self.digits(0..400)),
        };
        let is_exact = text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok();
        match self.numbers {
            Numbers::OfJmesPath if !is_exact || text == "-0" => "1".to_owned(),
            _ => text,
        }
    }

    fn float(&mut self) -> String {
        let text = self.any_float();
        match self.numbers {
            Numbers::OfJmesPath if !text.parse::<f64>().is_ok_and(f64::is_finite) => {
                "0.1".to_owned()
            }
            _ => text,
        }
    }

    fn any_float(&mut self) -> String {
        match self.rng.u8(..10) {
            0..2 => match f64::from_bits(self.rng.u64(..)) {
                number if number.is_finite() => format!("{number:?}"),
                _ => "1e400".to_owned(),
            },
            // Subnormal.
            2 => format!("{:?}", f64::from_bits(self.rng.u64(1..1 << 52))),
            // Powers of ten, beyond the largest and below the smallest as well.
            3 => format!("{}{}e{}", self.sign(), self.rng.u8(..10), self.rng.i32(-340..=320)),
            4 => format!("{}.0E+{}", self.rng.u8(..10), self.rng.u32(..320)),
            // Halfway between two doubles, and next to it.
            5 => format!("{}.{}", self.rng.u64(1 << 53..1 << 54) | 1, self.rng.u8(..3)),
            // Where exponents begin.
            6 => format!("{}.0", self.rng.u64(10u64.pow(15)..10u64.pow(17))),
            7 => format!("0.000{}", self.digits(1..20)),
            // More digits than a double has.
            8 => format!("{}1{}.{}", self.sign(), self.digits(0..26), self.digits(1..40)),
            _ => self.one(&[
                "-0.0",
                "0.0",
                "-0e5",
                "5e-324",
                "-5e-324",
                "1e16",
                "1e-4",
                "1e-5",
                "1e400",
                "-1e400",
                "9999999999999998.0",
                "1.7976931348623157e308",
                "2.2250738585072014e-308",
                "2.4703282292062327e-324",
                "4503599627370496.5",
                "9007199254740993.0",
            ]),
        }
    }

    fn sign(&mut self) -> &'static str {
        if self.rng.bool() { "-" } else { "" }
    }

    fn digits(&mut self, count: std::ops::Range<usize>) -> String {
        let count = self.rng.usize(count);
        (0..count).map(|_| self.rng.digit(10)).collect()
    }

    fn string(&mut self) -> String {
        let count = self.rng.usize(..12);
        let inside: String = (0..count).map(|_| self.character()).collect();
        format!("\"{inside}\"")
    }

    /// Writes a character as it is or in one of its escapes.
    fn character(&mut self) -> String {
        const ODD: &str = "\"\\/\u{7f}\u{80}\u{2028}\u{fffd}\u{ffff}😀\u{10ffff}";
        let character = match self.rng.u8(..3) {
            0 => char::from(self.rng.u8(..0x80)),
            1 => ODD.chars().nth(self.rng.usize(..10)).unwrap(),
            _ => self.rng.char(..),
        };
        let units = |write: fn(u16) -> String| {
            character.encode_utf16(&mut [0; 2]).iter().map(|unit| write(*unit)).collect()
        };
        match (self.rng.u8(..4), character) {
            (0, _) | (_, '\0'..='\u{1f}') => units(|unit| format!("\\u{unit:04x}")),
            (1, _) => units(|unit| format!("\\u{unit:04X}")),
            (_, '"' | '\\') | (2, '/') => format!("\\{character}"),
            _ => character.to_string(),
        }
    }

    fn one(&mut self, of: &[&str]) -> String {
        of[self.rng.usize(..of.len())].to_owned()
    }
}
