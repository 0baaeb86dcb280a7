use std::io::{self, BufRead, Read};

use super::decode::Bytes;

/// How much of an input is looked at before it is read.
const ENOUGH: usize = 64 * 1024;

/// How much is looked at after a document: packed records are thousands of small ones in one line.
const ENOUGH_OF_NEXT: usize = 4 * 1024;

/// How many lines of a JSON document are looked at: as many as come before its first event.
const DOCUMENT_LINES: usize = 16;

/// A reader whose next bytes can be looked at.
pub(super) struct Peek<'a> {
    input: Bytes<'a>,
    buffer: Vec<u8>,
    /// What of the buffer was consumed.
    from: usize,
    /// What of the buffer there is.
    to: usize,
}

impl<'a> Peek<'a> {
    pub(super) fn new(input: Bytes<'a>) -> Self {
        Self { input, buffer: vec![0; ENOUGH], from: 0, to: 0 }
    }

    /// Returns the beginning of what was not consumed: a line at least, or what there is of it in 64 KiB.
    pub(super) fn peek(&mut self, is_after_document: bool) -> io::Result<&[u8]> {
        let enough = if is_after_document { ENOUGH_OF_NEXT } else { ENOUGH };
        while !is_telling(&self.buffer[self.from..self.to]) && self.to - self.from < enough {
            if self.to == self.buffer.len() {
                self.buffer.copy_within(self.from..self.to, 0);
                (self.from, self.to) = (0, self.to - self.from);
            }
            match self.input.read(&mut self.buffer[self.to..]) {
                Ok(0) => break,
                Ok(read) => self.to += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let length = (self.to - self.from).min(enough);
        Ok(&self.buffer[self.from..self.from + length])
    }

    /// Puts back what was consumed last.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        let mut buffer = [bytes, &self.buffer[self.from..self.to]].concat();
        (self.from, self.to) = (0, buffer.len());
        buffer.resize(buffer.len().max(ENOUGH), 0);
        self.buffer = buffer;
    }
}

impl Read for Peek<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Peek<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            (self.from, self.to) = (0, self.input.read(&mut self.buffer)?);
        }
        Ok(&self.buffer[self.from..self.to])
    }

    fn consume(&mut self, amount: usize) {
        self.from = (self.from + amount).min(self.to);
    }
}

/// Tells whether a beginning shows what follows: it has a whole line, or more if that may begin a JSON document.
fn is_telling(beginning: &[u8]) -> bool {
    let text = beginning.trim_ascii_start();
    let mut lines = text.split_inclusive(|&byte| byte == b'\n');
    let Some(first) = lines.next().filter(|line| line.ends_with(b"\n")) else { return false };
    let may_go_on =
        matches!(first.trim_ascii_end(), [b'{' | b'[', .., b'{' | b'[' | b','] | [b'{' | b'[']);
    !may_go_on || lines.filter(|line| line.ends_with(b"\n")).count() >= DOCUMENT_LINES
}
