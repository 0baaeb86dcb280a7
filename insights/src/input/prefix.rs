use std::io::{self, BufRead, Read};

/// How much of an input is looked at before it is read.
const ENOUGH: usize = 64 * 1024;

/// A reader whose beginning can be looked at.
pub(super) struct Prefixed<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer was consumed.
    from: usize,
    /// What of the buffer there is.
    to: usize,
}

impl<R: Read> Prefixed<R> {
    /// Reads until what the input is can be told: its first line, or two if the first is only a brace.
    pub(super) fn new(input: R) -> io::Result<Self> {
        let mut prefixed = Self { input, buffer: vec![0; ENOUGH], from: 0, to: 0 };
        while !is_telling(prefixed.prefix()) && prefixed.to < ENOUGH {
            let free = &mut prefixed.buffer[prefixed.to..];
            match prefixed.input.read(free) {
                Ok(0) => break,
                Ok(read) => prefixed.to += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(prefixed)
    }

    pub(super) fn prefix(&self) -> &[u8] {
        &self.buffer[self.from..self.to]
    }
}

impl<R: Read> Read for Prefixed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Prefixed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.from == self.to {
            (self.from, self.to) = (0, self.input.read(&mut self.buffer)?);
        }
        Ok(self.prefix())
    }

    fn consume(&mut self, amount: usize) {
        self.from = (self.from + amount).min(self.to);
    }
}

fn is_telling(prefix: &[u8]) -> bool {
    let text = prefix.trim_ascii_start();
    let mut lines = text.split_inclusive(|&byte| byte == b'\n');
    let is_whole = |line: &[u8]| line.ends_with(b"\n");
    match lines.next() {
        Some(first) if first.trim_ascii_end() == b"{" => lines.any(is_whole),
        first => first.is_some_and(is_whole),
    }
}
