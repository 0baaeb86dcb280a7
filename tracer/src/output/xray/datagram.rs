use std::collections::VecDeque;

use crate::{
    Batch, Span,
    model::Record,
    output::{
        datagram::HEADER,
        document::{Trim, write_members, write_own},
    },
};

/// What closes a list of children and the document that it is in.
const CLOSING: &[u8] = b"]}";

/// How deep children are nested; those below have documents of their own, since readers of JSON have
/// limits too.
const DEEPEST: usize = 32;

/// Makes the datagrams of a batch, one at a time, in one buffer.
pub(super) struct Datagrams<'a> {
    batch: &'a Batch,
    largest: usize,
    buffer: Vec<u8>,
    /// Where to look for the next span that has no parent to lie in.
    next_root: usize,
    /// Spans that found no room in their parents' documents.
    moved_out: VecDeque<u32>,
}

impl<'a> Datagrams<'a> {
    pub(super) fn new(batch: &'a Batch, largest: usize, buffer: Vec<u8>) -> Self {
        Self { batch, largest, buffer, next_root: 0, moved_out: VecDeque::new() }
    }

    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Returns the next datagram, until there is none.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let next = self.moved_out.pop_front().or_else(|| self.find_root())?;
        self.write_document(next);
        Some(&self.buffer)
    }

    fn find_root(&mut self) -> Option<u32> {
        let spans = &self.batch.arena.spans;
        let is_root = |record: &Record| self.batch.has(record) && !self.lies_in_parent(record);
        let at = self.next_root + spans.get(self.next_root..)?.iter().position(is_root)?;
        self.next_root = at + 1;
        u32::try_from(at).ok()
    }

    /// Tells whether a span may lie in its parent's document.
    ///
    /// One that is not over lies in none and holds none: its document will be replaced by that of the
    /// same span when it is over.
    fn lies_in_parent(&self, record: &Record) -> bool {
        let is_over = |record: &Record| self.batch.has(record) && record.end.is_some();
        let parent = record.parent.and_then(|parent| self.record(parent));
        is_over(record) && parent.is_some_and(is_over)
    }

    fn write_document(&mut self, index: u32) {
        let Some(span) = self.span(index) else {
            return;
        };
        for trim in Trim::MORE_AND_MORE {
            self.buffer.clear();
            self.buffer.extend_from_slice(HEADER);
            self.buffer.extend_from_slice(b"{");
            write_own(&mut self.buffer, self.batch, &span, trim);
            if self.buffer.len() < self.largest {
                break;
            }
        }
        self.write_children(span.record, 1);
        self.buffer.push(b'}');
    }

    /// Writes the children that there is room for; the others are moved out.
    fn write_children(&mut self, parent: &Record, depth: usize) {
        let mut next = parent.links.first_child;
        let mut is_first = true;
        while let Some((index, child)) = next.and_then(|it| Some((it, self.span(it)?))) {
            next = child.record.links.next_sibling;
            if !self.lies_in_parent(child.record) {
                continue;
            }
            let start = self.buffer.len();
            let opening: &[u8] =
                if is_first { b",\"subsegments\":[{\"id\":\"" } else { b",{\"id\":\"" };
            self.buffer.extend_from_slice(opening);
            write_members(&mut self.buffer, self.batch, &child, Trim::Nothing);
            // Every level that is open closes with its list and its brace.
            let end = self.buffer.len() + (depth + 1) * CLOSING.len();
            if end > self.largest || depth >= DEEPEST {
                self.buffer.truncate(start);
                self.moved_out.push_back(index);
                continue;
            }
            self.write_children(child.record, depth + 1);
            self.buffer.push(b'}');
            is_first = false;
        }
        if !is_first {
            self.buffer.push(b']');
        }
    }

    fn record(&self, index: u32) -> Option<&'a Record> {
        self.batch.arena.spans.get(index as usize)
    }

    fn span(&self, index: u32) -> Option<Span<'a>> {
        Some(Span { arena: &self.batch.arena, record: self.record(index)? })
    }
}
