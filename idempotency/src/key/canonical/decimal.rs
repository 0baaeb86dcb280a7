//! Numbers with a fraction or an exponent.

/// The value of a number as digits, without the zeros around them, and the exponent of the first one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    pub(super) is_negative: bool,
    /// The digits in two pieces, as the point divides them in the text.
    digits: [&'a [u8]; 2],
    /// The power of ten of the first digit.
    pub(super) exponent: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a number of JSON; `None` if its exponent is too large to be computed with.
    pub(crate) fn of(text: &'a [u8]) -> Option<Self> {
        let is_negative = text.first() == Some(&b'-');
        let text = &text[usize::from(is_negative)..];
        let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&text[..at], exponent(&text[at + 1..])),
            None => (text, Some(0)),
        };
        let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &[][..]),
        };
        let (mut whole_digits, mut fraction_digits) = (whole, fraction);
        trim_start(&mut whole_digits);
        if whole_digits.is_empty() {
            trim_start(&mut fraction_digits);
        }
        // Where the first digit is, counted from the one before the point.
        let first = match whole_digits.len() {
            0 => -length(fraction.len() - fraction_digits.len()) - 1,
            digits => length(digits) - 1,
        };
        trim_end(&mut fraction_digits);
        if fraction_digits.is_empty() {
            trim_end(&mut whole_digits);
        }
        let digits = [whole_digits, fraction_digits];
        if digits.iter().all(|piece| piece.is_empty()) {
            // Zero has no exponent.
            return Some(Self { is_negative, digits: [b"0", b""], exponent: 0 });
        }
        Some(Self { is_negative, digits, exponent: exponent?.checked_add(first)? })
    }

    /// Returns whether it is zero.
    #[cfg(feature = "md5")]
    pub(super) fn is_zero(&self) -> bool {
        self.digits == [&b"0"[..], b""]
    }

    /// Returns how many digits there are.
    pub(super) fn len(&self) -> usize {
        self.digits[0].len() + self.digits[1].len()
    }

    /// Returns the digits from one to another.
    pub(super) fn range(&self, from: usize, to: usize) -> impl Iterator<Item = &'a [u8]> {
        let [first, second] = self.digits;
        let split = first.len();
        let piece = |digits: &'a [u8], start: usize| {
            let from = from.saturating_sub(start).min(digits.len());
            &digits[from..to.saturating_sub(start).clamp(from, digits.len())]
        };
        [piece(first, 0), piece(second, split)].into_iter()
    }

    /// Returns whether both are the same number.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let digits = |it: &Self| it.digits.into_iter().flatten().copied().collect::<Vec<_>>();
        (self.is_negative, self.exponent) == (other.is_negative, other.exponent)
            && digits(self) == digits(other)
    }

    /// Writes it as Python's `repr` does: with an exponent below 1e-4 and from 1e16 on.
    pub(super) fn write_python(&self, out: &mut impl FnMut(&[u8])) {
        let point = self.exponent + 1;
        self.write_sign(out);
        if !(-3..=16).contains(&point) {
            return self.write_exponential(out, 2);
        }
        self.write_plain(out, point);
        if usize::try_from(point).is_ok_and(|point| point >= self.len()) {
            out(b".0");
        }
    }

    pub(super) fn write_sign(&self, out: &mut impl FnMut(&[u8])) {
        if self.is_negative {
            out(b"-");
        }
    }

    /// Writes the digits with `point` of them before the point, and zeros up to it.
    pub(super) fn write_plain(&self, out: &mut impl FnMut(&[u8]), point: i64) {
        let digits = self.len();
        let Ok(whole) = usize::try_from(point) else {
            out(b"0.");
            (point..0).for_each(|_| out(b"0"));
            return self.range(0, digits).for_each(out);
        };
        if whole == 0 {
            out(b"0");
        }
        self.range(0, whole).for_each(&mut *out);
        (digits..whole).for_each(|_| out(b"0"));
        if whole < digits {
            out(b".");
            self.range(whole, digits).for_each(out);
        }
    }

    /// Writes one digit before the point, and an exponent with at least so many digits.
    pub(super) fn write_exponential(&self, out: &mut impl FnMut(&[u8]), least: usize) {
        self.range(0, 1).for_each(&mut *out);
        if self.len() > 1 {
            out(b".");
            self.range(1, self.len()).for_each(&mut *out);
        }
        out(if self.exponent < 0 { b"e-" } else { b"e+" });
        let mut buffer = itoa::Buffer::new();
        let exponent = buffer.format(self.exponent.unsigned_abs());
        (exponent.len()..least).for_each(|_| out(b"0"));
        out(exponent.as_bytes());
    }
}

fn exponent(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    // Half of the range, so that the digits can be added.
    text.parse().ok().filter(|exponent: &i64| exponent.unsigned_abs() < 1 << 62)
}

fn length(digits: usize) -> i64 {
    // No memory holds more.
    i64::try_from(digits).unwrap_or(i64::MAX >> 2)
}

fn trim_start(digits: &mut &[u8]) {
    while let Some((b'0', rest)) = digits.split_first() {
        *digits = rest;
    }
}

fn trim_end(digits: &mut &[u8]) {
    while let Some((b'0', rest)) = digits.split_last() {
        *digits = rest;
    }
}
