//! Counting the members of an object and putting them in order.

use super::{CHUNK, Writer};
#[cfg(feature = "md5")]
use crate::CanonicalForm;
use crate::key::canonical::order::{self, Member};

impl Writer<'_> {
    /// Counts the members of the outermost object.
    pub(super) fn count_members(&mut self) {
        let separator = self.separator();
        for at in 0..self.members.len() {
            let Member { name_end, end, .. } = self.members[at];
            self.count(name_end + separator, end);
        }
    }

    /// Puts the members of the object that ends here in order; of those with one name the last stays.
    pub(super) fn sort(&mut self, first: usize, is_plain: bool) {
        let (members, out) = (&mut self.members, &self.out);
        #[cfg(feature = "md5")]
        if self.form == CanonicalForm::TypeScript {
            return crate::key::canonical::javascript::sort(members, first, out);
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
    pub(super) fn put_in_order(&mut self, first: usize, start: usize) {
        if self.out.len() - self.len < CHUNK {
            self.grow();
        }
        let separator = self.separator();
        let Self { out, aside, members, .. } = self;
        aside.clear();
        // Enough for the largest object, so that it is allocated once.
        aside.reserve(out.len() + CHUNK);
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
    pub(super) fn count(&mut self, start: usize, end: usize) {
        self.values += 1;
        self.nulls += usize::from(&self.out[start..end] == b"null");
    }
}
