//! Writes the canonical form in one pass over the bytes.
//!
//! Members are written as they come, and an object whose members are not in order is put in order when it ends: its
//! bytes are copied aside and back, member by member. So nothing is made of a value but its text, and the memory is
//! the output, one list of the members of all open objects, and the room aside.

use super::{
    CanonicalForm, Shape,
    decimal::Decimal,
    order::{self, Member, control, hex},
};

/// How deep arrays and objects may be nested.
pub(super) const DEEPEST: usize = 128;

/// How many bytes are looked at at once.
const WORD: usize = 8;

/// How many bytes are moved at once.
const CHUNK: usize = 16;

/// For how many members of open objects there is room at first.
const MEMBERS: usize = 32;

/// How many digits a double always keeps.
const EXACT_DIGITS: usize = 15;

pub(super) struct Writer<'a> {
    json: &'a str,
    /// Where the next byte of the JSON is.
    at: usize,
    /// What is written, and room behind it.
    out: Vec<u8>,
    /// How much is written.
    pub(super) len: usize,
    form: CanonicalForm,
    /// The members of all open objects.
    members: Vec<Member>,
    /// The bytes of an object while it is put in order.
    aside: Vec<u8>,
    depth: usize,
    /// How many values the outermost container has, and how many of them are `null`.
    values: usize,
    nulls: usize,
}

impl<'a> Writer<'a> {
    pub(super) fn new(json: &'a str, form: CanonicalForm) -> Self {
        // Room for the spaces that are added, which more than a few escapes need more of.
        let out = vec![0; json.len() + json.len() / 4 + 8 * CHUNK];
        let (members, aside) = (Vec::with_capacity(MEMBERS), Vec::new());
        Self { json, at: 0, out, len: 0, form, members, aside, depth: 0, values: 0, nulls: 0 }
    }

    /// Returns what is written of the whole text; `None` if that is not JSON, or too deep.
    pub(super) fn write(mut self) -> Option<(Vec<u8>, Shape)> {
        self.skip_whitespace();
        self.value()?;
        self.skip_whitespace();
        if self.at != self.json.len() {
            return None;
        }
        self.out.truncate(self.len);
        let shape = match &self.out[..] {
            b"null" => Shape::Null,
            b"\"\"" => Shape::EmptyText,
            [b'{' | b'[', ..] => Shape::Container { values: self.values, nulls: self.nulls },
            _ => Shape::Scalar,
        };
        Some((self.out, shape))
    }

    #[inline]
    fn value(&mut self) -> Option<()> {
        if self.byte()? == b'"' {
            return self.string().map(drop);
        }
        self.other_value()
    }

    fn other_value(&mut self) -> Option<()> {
        match self.byte()? {
            b'-' | b'0'..=b'9' => self.number(),
            b'{' => self.object(),
            b'[' => self.array(),
            b't' => self.literal(*b"true"),
            b'n' => self.literal(*b"null"),
            b'f' if self.json.as_bytes().get(self.at + 1..self.at + 5) == Some(b"alse") => {
                self.at += 5;
                self.put(b"false");
                Some(())
            }
            _ => None,
        }
    }

    fn open(&mut self) -> Option<()> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        self.at += 1;
        self.skip_whitespace();
        Some(())
    }

    fn close(&mut self, bracket: u8) -> Option<()> {
        if !self.next_is(bracket) {
            return None;
        }
        self.put_byte(bracket);
        self.depth -= 1;
        Some(())
    }

    fn array(&mut self) -> Option<()> {
        self.open()?;
        self.put_byte(b'[');
        if self.byte()? == b']' {
            return self.close(b']');
        }
        loop {
            let start = self.len;
            self.value()?;
            if self.depth == 1 {
                self.count(start, self.len);
            }
            if !self.comma() {
                return self.close(b']');
            }
        }
    }

    fn object(&mut self) -> Option<()> {
        self.open()?;
        self.put_byte(b'{');
        if self.byte()? == b'}' {
            return self.close(b'}');
        }
        let (first, begin) = (self.members.len(), self.len);
        // The order of TypeScript is that of all members together.
        let mut is_sorted = !self.form.is_javascript();
        let mut is_plain = true;
        loop {
            if self.byte()? != b'"' {
                return None;
            }
            let start = self.len;
            is_plain &= self.string()?;
            let member = Member::named(&self.out, start, self.len);
            if is_sorted && let [.., last] = &self.members[first..] {
                is_sorted = last.compare(&member, &self.out, is_plain).is_lt();
            }
            let at = self.members.len();
            self.members.push(member);
            self.colon()?;
            self.value()?;
            self.members[at].end = self.len;
            if !self.comma() {
                break;
            }
        }
        if self.byte()? != b'}' {
            return None;
        }
        if !is_sorted {
            self.sort(first, is_plain);
        }
        if self.depth == 1 {
            self.count_members();
        }
        if !is_sorted {
            self.put_in_order(first, begin);
        }
        self.members.truncate(first);
        self.close(b'}')
    }

    /// Reads and writes what is between a name and its value.
    #[inline]
    fn colon(&mut self) -> Option<()> {
        match self.json.as_bytes()[self.at..].first_chunk() {
            Some([b':', next]) if *next > b' ' => self.at += 1,
            _ => {
                self.skip_whitespace();
                if !self.next_is(b':') {
                    return None;
                }
                self.skip_whitespace();
            }
        }
        self.put_separator(*b": ");
        Some(())
    }

    /// Reads and writes what is between two values, if another one comes.
    #[inline]
    fn comma(&mut self) -> bool {
        match self.json.as_bytes()[self.at..].first_chunk() {
            Some([b',', next]) if *next > b' ' => self.at += 1,
            _ => {
                self.skip_whitespace();
                if !self.next_is(b',') {
                    return false;
                }
                self.skip_whitespace();
            }
        }
        self.put_separator(*b", ");
        true
    }

    /// Counts the members of the outermost object.
    fn count_members(&mut self) {
        let separator = self.separator();
        for at in 0..self.members.len() {
            let Member { name_end, end, .. } = self.members[at];
            self.count(name_end + separator, end);
        }
    }

    /// Puts the members of the object that ends here in order; of those with one name the last stays.
    fn sort(&mut self, first: usize, is_plain: bool) {
        let (members, out) = (&mut self.members, &self.out);
        #[cfg(feature = "md5")]
        if self.form == CanonicalForm::TypeScript {
            return super::javascript::sort(members, first, out);
        }
        if order::sort(&mut members[first..], out, is_plain) {
            return;
        }
        // The later of one name comes first, and stays.
        let mut kept = first + 1;
        for at in first + 1..members.len() {
            if members[at].compare(&members[kept - 1], out, is_plain).is_ne() {
                members[kept] = members[at];
                kept += 1;
            }
        }
        members.truncate(kept);
    }

    /// Writes the members of the object that ends here once more, in their order.
    fn put_in_order(&mut self, first: usize, start: usize) {
        if self.out.len() - self.len < CHUNK {
            self.grow();
        }
        let separator = self.separator();
        let Self { out, aside, members, .. } = self;
        aside.clear();
        aside.reserve(self.json.len());
        aside.extend_from_slice(&out[start..self.len]);
        aside.extend_from_slice(&[0; CHUNK]);
        let mut len = start;
        for (at, member) in members[first..].iter().enumerate() {
            if at > 0 {
                out[len..len + 2].copy_from_slice(b", ");
                len += separator;
            }
            let (from, length) = (member.start - start, member.end - member.start);
            // In whole chunks: what they write over behind the member is still to be written.
            let chunks = length.next_multiple_of(CHUNK);
            let to = out[len..len + chunks].as_chunks_mut::<CHUNK>().0;
            let from = aside[from..from + chunks].as_chunks::<CHUNK>().0;
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            len += length;
        }
        self.len = len;
    }

    /// Counts a value of the outermost container.
    #[inline]
    fn count(&mut self, start: usize, end: usize) {
        self.values += 1;
        self.nulls += usize::from(&self.out[start..end] == b"null");
    }

    /// Writes a string, and says whether it has no escapes.
    #[inline]
    fn string(&mut self) -> Option<bool> {
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

    /// Writes a number as the form has it.
    fn number(&mut self) -> Option<()> {
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
                super::javascript::write_number(double(text), &mut |bytes| self.put(bytes));
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

    #[inline]
    fn literal(&mut self, literal: [u8; 4]) -> Option<()> {
        if self.json.as_bytes().get(self.at..self.at + 4) != Some(&literal) {
            return None;
        }
        self.at += 4;
        self.put(&literal);
        Some(())
    }

    /// Writes what has been read from `start` on as it is.
    fn copy(&mut self, start: usize) {
        let length = self.at - start;
        let from = self.json.as_bytes().get(start..start + CHUNK);
        match (self.out.get_mut(self.len..self.len + CHUNK), from) {
            (Some(to), Some(from)) if length <= CHUNK => {
                to.copy_from_slice(from);
                self.len += length;
            }
            _ => {
                let json = self.json.as_bytes();
                self.put(&json[start..self.at]);
            }
        }
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn next_is(&mut self, byte: u8) -> bool {
        let is_next = self.byte() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        while let Some(byte @ ..=b' ') = self.byte()
            && matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
        {
            self.at += 1;
        }
    }

    #[inline]
    fn put_separator(&mut self, separator: [u8; 2]) {
        if self.out.len() - self.len < CHUNK {
            self.grow();
        }
        self.out[self.len..self.len + separator.len()].copy_from_slice(&separator);
        self.len += self.separator();
    }

    /// Returns how long a separator is: with its space or without.
    #[inline]
    fn separator(&self) -> usize {
        if self.form.is_javascript() { 1 } else { 2 }
    }

    #[inline]
    fn put_byte(&mut self, byte: u8) {
        if self.out.len() == self.len {
            self.grow();
        }
        self.out[self.len] = byte;
        self.len += 1;
    }

    fn put(&mut self, bytes: &[u8]) {
        while self.out.len() - self.len < bytes.len() {
            self.grow();
        }
        self.out[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[cold]
    fn grow(&mut self) {
        let length = 2 * self.out.len() + CHUNK;
        self.out.resize(length, 0);
    }
}

/// Reads a number as a double; `None` if it is too large.
///
/// By what reads the other numbers: the standard library's own way is 17 kB more.
fn double(text: &[u8]) -> Option<f64> {
    serde_json::from_slice(text).ok()
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
