//! The output: bytes that are written, and room behind them.

use super::{CHUNK, Writer};

impl Writer<'_> {
    /// Writes what has been read from `start` on as it is.
    pub(super) fn copy(&mut self, start: usize) {
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
    pub(super) fn put_separator(&mut self, separator: [u8; 2]) {
        if self.out.len() - self.len < CHUNK {
            self.grow();
        }
        self.out[self.len..self.len + separator.len()].copy_from_slice(&separator);
        self.len += self.separator();
    }

    /// Returns how long a separator is: with its space or without.
    #[inline]
    pub(super) fn separator(&self) -> usize {
        if self.form.is_javascript() { 1 } else { 2 }
    }

    #[inline]
    pub(super) fn put_byte(&mut self, byte: u8) {
        if self.out.len() == self.len {
            self.grow();
        }
        self.out[self.len] = byte;
        self.len += 1;
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        while self.out.len() - self.len < bytes.len() {
            self.grow();
        }
        self.out[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    #[cold]
    pub(super) fn grow(&mut self) {
        let length = 2 * self.out.len() + CHUNK;
        self.out.resize(length, 0);
    }
}
