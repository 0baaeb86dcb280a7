use std::cell::RefCell;
use std::io::{self, BufRead, Read};

/// A reader that keeps what was read since it was last told to forget it.
pub(super) struct Tee<R>(RefCell<State<R>>);

struct State<R> {
    input: R,
    kept: Vec<u8>,
}

impl<R: BufRead> Tee<R> {
    pub(super) fn new(input: R) -> Self {
        Self(RefCell::new(State { input, kept: Vec::new() }))
    }

    /// Forgets what was read, because it was understood.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().kept.clear();
    }

    /// Skips what separates documents; tells whether another begins.
    pub(super) fn begins(&self) -> io::Result<bool> {
        let state = &mut *self.0.borrow_mut();
        state.kept.clear();
        loop {
            let buffer = state.input.fill_buf()?;
            let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let (is_empty, is_blank) = (buffer.is_empty(), blank == buffer.len());
            state.input.consume(blank);
            if is_empty || !is_blank {
                return Ok(!is_empty);
            }
        }
    }

    pub(super) fn into_unread(self) -> Vec<u8> {
        self.0.into_inner().kept
    }
}

impl<R: BufRead> Read for &Tee<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let state = &mut *self.0.borrow_mut();
        let length = state.input.read(into)?;
        state.kept.extend_from_slice(&into[..length]);
        Ok(length)
    }
}
