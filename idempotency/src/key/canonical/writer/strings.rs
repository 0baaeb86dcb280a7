//! Strings and names, copied a word at a time.

use super::Writer;
use crate::key::canonical::order::{control, hex};

/// How many bytes are looked at at once.
const WORD: usize = 8;

impl Writer<'_> {
    /// Writes a string, and says whether it has no escapes.
    #[inline]
    pub(super) fn string(&mut self) -> Option<bool> {
        let word = self.json.as_bytes().get(self.at..self.at + WORD);
        let place = self.out.get_mut(self.len..self.len + WORD);
        let (Some(word), Some(place)) = (word.and_then(<[u8]>::first_chunk::<WORD>), place) else {
            return self.long_string();
        };
        place.copy_from_slice(word);
        // Without the quote that it begins with; most names end in this word.
        let special = special(u64::from_le_bytes(*word) & !0xff | u64::from(b' '));
        let length = special.trailing_zeros() as usize / 8;
        if word.get(length) != Some(&b'"') {
            return self.long_string();
        }
        self.at += length + 1;
        self.len += length + 1;
        Some(true)
    }

    /// Writes a string that does not end in its first word.
    fn long_string(&mut self) -> Option<bool> {
        let json = self.json.as_bytes();
        let mut is_plain = true;
        self.put_byte(b'"');
        self.at += 1;
        loop {
            // Copies a word at a time, up to a byte that may not stay as it is.
            let words = json[self.at..].as_chunks::<WORD>().0;
            let places = self.out[self.len..].as_chunks_mut::<WORD>().0;
            let mut copied = 0;
            for (place, word) in places.iter_mut().zip(words) {
                *place = *word;
                let special = special(u64::from_le_bytes(*word));
                if special != 0 {
                    copied += special.trailing_zeros() as usize / 8;
                    break;
                }
                copied += WORD;
            }
            (self.at, self.len) = (self.at + copied, self.len + copied);
            if self.byte()? == b'"' {
                self.at += 1;
                self.put_byte(b'"');
                return Some(is_plain);
            }
            is_plain &= self.special()?;
        }
    }

    /// Writes a character that may not stay as it is, or is too near to the end; says whether it has no escape.
    #[cold]
    fn special(&mut self) -> Option<bool> {
        match self.byte()? {
            b'\\' => {
                let from = self.len;
                self.escape()?;
                Some(self.out[from] != b'\\')
            }
            0..0x20 => None,
            byte @ 0x20..0x7f => {
                self.put_byte(byte);
                self.at += 1;
                Some(true)
            }
            _ => {
                self.character()?;
                Some(false)
            }
        }
    }

    /// Writes a character beyond ASCII, or DEL.
    fn character(&mut self) -> Option<()> {
        let character = self.json[self.at..].chars().next()?;
        self.at += character.len_utf8();
        if !self.form.is_javascript() {
            for unit in character.encode_utf16(&mut [0; 2]) {
                self.put_unit(*unit);
            }
        } else {
            self.put(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        Some(())
    }

    /// Writes what an escape stands for.
    fn escape(&mut self) -> Option<()> {
        let unit = self.read_escape()?;
        if !self.form.is_javascript() {
            self.put_unit(unit);
            return Some(());
        }
        let mut units = [unit, 0];
        let mut count = 1;
        if (0xd800..0xdc00).contains(&unit) && self.json[self.at..].starts_with("\\u") {
            let before = self.at;
            units[1] = self.read_escape()?;
            count = 2;
            if !(0xdc00..0xe000).contains(&units[1]) {
                (self.at, count) = (before, 1);
            }
        }
        for character in char::decode_utf16(units.into_iter().take(count)) {
            match character {
                Ok(character @ (' '..='~' | '\0'..='\x1f')) => self.put_unit(character as u16),
                Ok(character) => self.put(character.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(half) => self.put_unit(half.unpaired_surrogate()),
            }
        }
        Some(())
    }

    /// Reads an escape: one UTF-16 code unit.
    fn read_escape(&mut self) -> Option<u16> {
        let rest = self.json.as_bytes().get(self.at + 1..)?;
        let (unit, length) = match rest {
            [b'u', a, b, c, d, ..] => (hex([*a, *b, *c, *d])?, 6),
            [escape @ (b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't'), ..] => {
                (u16::from(control(*escape)), 2)
            }
            _ => return None,
        };
        self.at += length;
        Some(unit)
    }

    /// Writes a code unit in ASCII.
    fn put_unit(&mut self, unit: u16) {
        match unit {
            0x22 => self.put(b"\\\""),
            0x5c => self.put(b"\\\\"),
            0x08 => self.put(b"\\b"),
            0x0c => self.put(b"\\f"),
            0x0a => self.put(b"\\n"),
            0x0d => self.put(b"\\r"),
            0x09 => self.put(b"\\t"),
            0x20..0x7f => self.put(&unit.to_le_bytes()[..1]),
            _ => {
                let digits = powertools_core::hex_digits(u32::from(unit));
                self.put(b"\\u");
                self.put(&digits[4..]);
            }
        }
    }
}

/// Marks the bytes of a word that may not stay as they are; the first mark is right, those after it may not be.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    // Each sets the highest bit of bytes that it looks for, if no byte before has carried into them.
    let is_control = word.wrapping_sub(ONES * 0x20);
    let is_beyond = word | word.wrapping_add(ONES);
    let is_quote = (word ^ (ONES * u64::from(b'"'))).wrapping_sub(ONES);
    let is_backslash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
    (is_control | is_beyond | is_quote | is_backslash) & ONES << 7
}
