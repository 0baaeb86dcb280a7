//! Writes the canonical form in one pass over the bytes.
//!
//! Members are written as they come, and an object whose members are not in order is put in order when it ends: its
//! bytes are copied aside and back, member by member. So nothing is made of a value but its text, and the memory is
//! the output, one list of the members of all open objects, and the room aside.

mod members;
mod numbers;
mod output;
mod strings;

use super::{CanonicalForm, Shape, order::Member};

/// How deep arrays and objects may be nested.
pub(super) const DEEPEST: usize = 128;

/// How many bytes are moved at once.
const CHUNK: usize = 16;

/// For how many members of open objects there is room at first.
const MEMBERS: usize = 32;

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

    #[inline]
    fn literal(&mut self, literal: [u8; 4]) -> Option<()> {
        if self.json.as_bytes().get(self.at..self.at + 4) != Some(&literal) {
            return None;
        }
        self.at += 4;
        self.put(&literal);
        Some(())
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
}
