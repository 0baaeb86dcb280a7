//! Numbers, as each form writes them.

use super::Writer;
use crate::{CanonicalForm, key::canonical::decimal::Decimal};

/// How many digits a double always keeps.
const EXACT_DIGITS: usize = 15;

impl Writer<'_> {
    /// Writes a number as the form has it.
    pub(super) fn number(&mut self) -> Option<()> {
        let json = self.json.as_bytes();
        let start = self.at;
        let is_negative = self.next_is(b'-');
        let digits = self.at;
        if !self.next_is(b'0') {
            self.digits()?;
        }
        let whole = self.at - digits;
        let mut fraction = 0;
        let mut has_exponent = false;
        if self.next_is(b'.') {
            let from = self.at;
            self.digits()?;
            fraction = self.at - from;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
            has_exponent = true;
        }
        let text = &json[start..self.at];
        if has_exponent
            || !self.stands_for_itself(&text[usize::from(is_negative)..], whole, fraction)
        {
            self.odd_number(text, fraction == 0 && !has_exponent);
        } else if text == b"-0" {
            self.put(b"0");
        } else {
            self.copy(start);
        }
        Some(())
    }

    /// Returns whether the form writes a number without an exponent as it stands.
    ///
    /// Doubles keep 15 digits, so that the shortest digits which mean a double are those that were read.
    #[inline]
    fn stands_for_itself(&self, digits: &[u8], whole: usize, fraction: usize) -> bool {
        let is_javascript = self.form.is_javascript();
        if fraction == 0 {
            return !is_javascript || whole <= EXACT_DIGITS;
        }
        // Python keeps the zero of 1.0.
        let is_trimmed = digits.last() != Some(&b'0') || (fraction == 1 && !is_javascript);
        is_trimmed && whole + fraction <= EXACT_DIGITS && !digits.starts_with(b"0.0000")
    }

    /// Writes a number that does not stand for itself.
    #[cold]
    fn odd_number(&mut self, text: &[u8], is_whole: bool) {
        match self.form {
            CanonicalForm::Exact | CanonicalForm::Python if is_whole => self.put(text),
            CanonicalForm::Exact => match Decimal::of(text) {
                Some(decimal) => decimal.write_python(&mut |bytes| self.put(bytes)),
                // Beyond every number, and no other text is written like it.
                None => self.put(text),
            },
            CanonicalForm::Python => match double(text) {
                Some(double) => {
                    let mut buffer = zmij::Buffer::new();
                    let shortest = Decimal::of(buffer.format_finite(double).as_bytes());
                    // The exponent of a double can be computed with.
                    let put = &mut |bytes: &[u8]| self.put(bytes);
                    shortest.iter().for_each(|decimal| decimal.write_python(put));
                }
                None if text.starts_with(b"-") => self.put(b"-Infinity"),
                None => self.put(b"Infinity"),
            },
            #[cfg(feature = "md5")]
            CanonicalForm::TypeScript => {
                crate::key::canonical::javascript::write_number(double(text), &mut |bytes| {
                    self.put(bytes);
                });
            }
        }
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// Reads a number as a double; `None` if it is too large.
///
/// By what reads the other numbers: the standard library's own way is 17 kB more.
fn double(text: &[u8]) -> Option<f64> {
    serde_json::from_slice(text).ok()
}
