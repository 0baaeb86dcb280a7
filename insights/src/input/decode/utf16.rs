use std::io::{self, Read};

use super::Bytes;

/// Turns UTF-16, which PowerShell writes, into UTF-8; what is not a character becomes `U+FFFD`.
pub(super) struct Utf16<'a> {
    input: Bytes<'a>,
    unit: fn([u8; 2]) -> u16,
    /// Units and a byte that can't be decoded without what follows.
    high: Option<u16>,
    odd: Option<u8>,
    decoded: Vec<u8>,
    consumed: usize,
}

impl<'a> Utf16<'a> {
    pub(super) fn little_endian(input: Bytes<'a>) -> Self {
        Self::new(input, u16::from_le_bytes)
    }

    pub(super) fn big_endian(input: Bytes<'a>) -> Self {
        Self::new(input, u16::from_be_bytes)
    }

    fn new(input: Bytes<'a>, unit: fn([u8; 2]) -> u16) -> Self {
        Self { input, unit, high: None, odd: None, decoded: Vec::new(), consumed: 0 }
    }

    /// Decodes some more; nothing more is decoded at the end.
    fn decode(&mut self) -> io::Result<()> {
        self.decoded.clear();
        self.consumed = 0;
        let mut bytes = [0; 8 * 1024];
        while self.decoded.is_empty() {
            let length = self.input.read(&mut bytes)?;
            let units = self.units(&bytes[..length], length == 0);
            for decoded in char::decode_utf16(units) {
                let character = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if length == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Returns whole units, and keeps back what may go on.
    fn units(&mut self, bytes: &[u8], is_end: bool) -> Vec<u16> {
        let mut units: Vec<u16> = self.high.take().into_iter().collect();
        for byte in bytes {
            match self.odd.take() {
                None => self.odd = Some(*byte),
                Some(first) => units.push((self.unit)([first, *byte])),
            }
        }
        if is_end {
            // Half of a unit is not a character.
            units.extend(self.odd.take().map(|_| 0xd800));
        } else {
            self.high = units.pop_if(|unit| (0xd800..0xdc00).contains(unit));
        }
        units
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.consumed == self.decoded.len() {
            self.decode()?;
        }
        let rest = &self.decoded[self.consumed..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.consumed += length;
        Ok(length)
    }
}
