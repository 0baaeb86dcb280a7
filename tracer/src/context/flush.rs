use std::{
    mem,
    sync::{Arc, OnceLock},
};

use super::trace::{State, Trace};
use crate::model::{Arena, Batch};

impl Trace {
    /// Tells traces apart; no two that are alive share it.
    pub(crate) fn address(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self).addr()
    }

    /// Exports the spans that are over and were not exported yet; `with_open`, those that are not over as well.
    pub(crate) fn send(self: &Arc<Self>, with_open: bool) {
        self.flush_spans(with_open, false);
    }

    /// Exports everything, because the invocation is over; returns how many spans were dropped.
    pub(crate) fn close(self: &Arc<Self>) -> u64 {
        let dropped = {
            let mut state = self.lock();
            state.closed = true;
            state.dropped
        };
        self.send(true);
        dropped
    }

    /// Exports a batch, and those that are added meanwhile. One thread at a time exports, so that batches are exported in
    /// the order in which they were taken, and no lock is held.
    pub(super) fn flush_spans(self: &Arc<Self>, with_open: bool, is_late: bool) {
        let (is_any_open, is_closed) = {
            let state = self.lock();
            (state.open > 0, state.closed)
        };
        // Which they are is kept elsewhere, under locks of its own.
        let ends =
            is_any_open.then(|| self.pipeline.open_spans.returned(self.address(), is_closed));
        let mut state = self.lock();
        state.assume_ends(&ends.unwrap_or_default());
        let batch = self.take_batch(&mut state, with_open, is_late);
        if mem::replace(&mut state.is_flushing, true) {
            return state.waiting.push_back(Box::new(batch));
        }
        drop(state);
        self.export(batch);
    }

    fn export(&self, mut batch: Batch) {
        loop {
            if !batch.is_empty() || self.pipeline.settings.wants_empty_batches() {
                self.pipeline.export(&batch);
            }
            match self.give_back(batch.arena) {
                Some(next) => batch = *next,
                None => return,
            }
        }
    }

    #[inline]
    fn take_batch(self: &Arc<Self>, state: &mut State, with_open: bool, is_late: bool) -> Batch {
        let arena = if state.open == 0 {
            mem::take(&mut state.arena)
        } else {
            // Open spans know their positions in the arena, so it stays and the batch gets a copy. That is the price of a
            // flush in the middle; at the end of an invocation the arena itself is moved.
            let mut arena = self.pipeline.spare_arena();
            arena.clone_from(&state.arena);
            let over = state.arena.spans.iter_mut().filter(|record| record.end.is_some());
            over.for_each(|record| record.sent = true);
            arena
        };
        let dropped = state.dropped;
        Batch { arena, origin: self.clone(), at: OnceLock::new(), with_open, is_late, dropped }
    }

    /// Takes back the arena of an exported batch, to be used again; returns the next batch.
    fn give_back(&self, mut arena: Arena) -> Option<Box<Batch>> {
        arena.clear();
        let mut state = self.lock();
        let next = state.waiting.pop_front();
        state.is_flushing = next.is_some();
        if state.arena.has_room() {
            // Spans began meanwhile, or others are open still.
            drop(state);
            self.pipeline.keep_arena(arena);
        } else {
            state.arena = arena;
        }
        next
    }
}
