use std::cell::RefCell;
use std::io::{self, Read};

/// A reader that keeps what was read since it was last told to forget it.
pub(super) struct Tee<R>(RefCell<State<R>>);

struct State<R> {
    input: R,
    kept: Vec<u8>,
}

impl<R: Read> Tee<R> {
    pub(super) fn new(input: R) -> Self {
        Self(RefCell::new(State { input, kept: Vec::new() }))
    }

    /// Forgets what was read, because it was understood.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().kept.clear();
    }

    pub(super) fn into_unread(self) -> Vec<u8> {
        self.0.into_inner().kept
    }
}

impl<R: Read> Read for &Tee<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let state = &mut *self.0.borrow_mut();
        let length = state.input.read(into)?;
        state.kept.extend_from_slice(&into[..length]);
        Ok(length)
    }
}
