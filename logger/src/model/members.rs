//! Members of an object, rendered once and copied into many lines.

use std::{cmp::Reverse, collections::BinaryHeap, hash::Hasher, ops::Range};

use powertools_core::json::{write_escaped, write_key};
use rustc_hash::FxHasher;

/// Rendered members, `,"key":value` one after the other, and where each key is.
///
/// Keys are distinct. To find out cheaply that two sets of members share no key, each has a mask
/// with one bit of each key's hash; only where bits meet are hashes, and then keys, compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    bytes: Vec<u8>,
    index: Vec<Entry>,
    mask: u128,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    start: usize,
    key_len: usize,
}

/// What is before a key: `,"`, and after it: `":`.
const OPENING: usize = 2;
const CLOSING: usize = 2;

impl Entry {
    fn key(self) -> Range<usize> {
        let start = self.start + OPENING;
        start..start + self.key_len
    }
}

impl Members {
    /// Creates an empty set with room for an invocation's facts.
    pub(crate) fn with_room() -> Self {
        Self { bytes: Vec::with_capacity(384), index: Vec::with_capacity(8), mask: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.index.clear();
        self.mask = 0;
    }

    /// Forgets a huge set of members and gives back its memory beyond `capacity` bytes.
    pub(crate) fn shrink(&mut self, capacity: usize) {
        if self.bytes.capacity() > capacity {
            self.clear();
            self.bytes.shrink_to(capacity);
            self.index.shrink_to(capacity / size_of::<Entry>());
        }
    }

    /// Adds a member whose value `write` writes; one of that name from before goes.
    #[inline]
    pub(crate) fn set(&mut self, key: &Key, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&key.rendered);
        write(&mut self.bytes);
        self.note(key, start);
    }

    /// Notes the member that was written at `start`; one of that name from before goes.
    fn note(&mut self, key: &Key, start: usize) {
        let doubtful = self.mask & key.bit != 0;
        let earlier = if doubtful { self.find(key.hash, key.name()) } else { None };
        self.mask |= key.bit;
        self.index.push(Entry { hash: key.hash, start, key_len: key.name().len() });
        if let Some(at) = earlier {
            self.remove_at(at);
        }
    }

    /// Adds a member unless there is one of that name.
    pub(crate) fn set_if_absent(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        write_key(&mut self.bytes, name);
        let key = &self.bytes[start + OPENING..self.bytes.len() - CLOSING];
        let entry = Entry { hash: hash(key), start, key_len: key.len() };
        if self.find(entry.hash, key).is_some() {
            return self.bytes.truncate(start);
        }
        write(&mut self.bytes);
        self.push(entry);
    }

    /// Removes the member of that name; returns whether there was one.
    pub(crate) fn remove(&mut self, key: &Key) -> bool {
        let found = self.find(key.hash, key.name());
        found.map(|at| self.remove_at(at)).is_some()
    }

    /// Copies those members of `outer` whose keys are not here yet; `reserved` ones are renamed.
    pub(crate) fn extend_with_outer(&mut self, outer: &Self, reserved: &Names) {
        // Nearly always no key is shared: then this is one comparison and one copy of all bytes. A shared bit is not a
        // shared key yet, with 128 bits and twenty keys it is often two keys of one bit, so hashes decide before
        // members are copied one by one.
        let doubtful = outer.mask & (self.mask | reserved.mask);
        if doubtful == 0 || !outer.meets(doubtful, self, reserved) {
            return self.copy_all(outer);
        }
        for (at, entry) in outer.index.iter().enumerate() {
            self.copy_one(outer, at, *entry, reserved);
        }
    }

    /// Tells whether one of the keys with a `doubtful` bit is in `inner` or reserved.
    fn meets(&self, doubtful: u128, inner: &Self, reserved: &Names) -> bool {
        self.index.iter().filter(|entry| bit(entry.hash) & doubtful != 0).any(|entry| {
            let key = &self.bytes[entry.key()];
            inner.find(entry.hash, key).is_some() || reserved.holds(entry.hash, key)
        })
    }

    fn copy_all(&mut self, outer: &Self) {
        let shift = self.bytes.len();
        self.bytes.extend_from_slice(&outer.bytes);
        let shifted =
            outer.index.iter().map(|entry| Entry { start: entry.start + shift, ..*entry });
        self.index.extend(shifted);
        self.mask |= outer.mask;
    }

    fn copy_one(&mut self, outer: &Self, at: usize, entry: Entry, reserved: &Names) {
        let key = &outer.bytes[entry.key()];
        if reserved.holds(entry.hash, key) {
            return self.copy_renamed(outer, at, entry);
        }
        if self.find(entry.hash, key).is_none() {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(&outer.bytes[outer.span_of(at)]);
            self.push(Entry { start, ..entry });
        }
    }

    #[cold]
    fn copy_renamed(&mut self, outer: &Self, at: usize, entry: Entry) {
        let key = [&outer.bytes[entry.key()], b"_"].concat();
        let hash = hash(&key);
        if self.find(hash, &key).is_none() {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(b",\"");
            self.bytes.extend_from_slice(&key);
            self.bytes.extend_from_slice(&outer.bytes[entry.key().end..outer.span_of(at).end]);
            self.push(Entry { hash, start, key_len: key.len() });
        }
    }

    fn push(&mut self, entry: Entry) {
        self.mask |= bit(entry.hash);
        self.index.push(entry);
    }

    fn find(&self, hash: u64, key: &[u8]) -> Option<usize> {
        if self.mask & bit(hash) == 0 {
            return None;
        }
        self.index.iter().position(|entry| entry.hash == hash && self.bytes[entry.key()] == *key)
    }

    /// Returns where the member at `at` is, comma included.
    fn span_of(&self, at: usize) -> Range<usize> {
        let end = self.index.get(at + 1).map_or(self.bytes.len(), |next| next.start);
        self.index[at].start..end
    }

    #[cold]
    fn remove_at(&mut self, at: usize) {
        let span = self.span_of(at);
        let gone = span.len();
        self.bytes.drain(span);
        self.index.remove(at);
        self.index[at..].iter_mut().for_each(|entry| entry.start -= gone);
        // Other keys may have the bit of the removed one, so the mask is made again.
        self.mask = self.index.iter().fold(0, |mask, entry| mask | bit(entry.hash));
    }

    /// Returns the members as an object.
    pub(crate) fn to_object(&self) -> Vec<u8> {
        let inner = self.bytes.strip_prefix(b",").unwrap_or_default();
        [b"{", inner, b"}"].concat()
    }

    /// Saves at least `excess` bytes, as long as there is something to save.
    ///
    /// The largest values become `note`s of their size; if that is not enough, members go, the first
    /// ones first, but none of the last `kept`. Returns how many members went.
    #[cold]
    pub(crate) fn cut(
        &mut self,
        mut excess: usize,
        kept: usize,
        note: impl Fn(usize) -> String,
    ) -> usize {
        let value = |at: usize| self.index[at].key().end + CLOSING..self.span_of(at).end;
        // A heap is less code than a sort, and few are taken from it.
        let sizes = (0..self.index.len()).map(|at| (value(at).len(), Reverse(at)));
        let mut by_size = sizes.collect::<BinaryHeap<_>>();
        let mut notes: Vec<Option<String>> = vec![None; self.index.len()];
        while let Some((size, Reverse(at))) = by_size.pop() {
            let note = note(size);
            // Quotes stand around it.
            if excess == 0 || size <= note.len() + 2 {
                break;
            }
            excess = excess.saturating_sub(size - note.len() - 2);
            notes[at] = Some(note);
        }
        let droppable = self.index.len().saturating_sub(kept);
        let mut dropped = 0;
        while excess > 0 && dropped < droppable {
            excess = excess.saturating_sub(self.span_of(dropped).len());
            dropped += 1;
        }
        self.rebuild(dropped, &notes);
        dropped
    }

    fn rebuild(&mut self, dropped: usize, notes: &[Option<String>]) {
        let old = std::mem::take(self);
        for (at, note) in notes.iter().enumerate().skip(dropped) {
            let (entry, start) = (old.index[at], self.bytes.len());
            match note {
                Some(note) => {
                    self.bytes
                        .extend_from_slice(&old.bytes[entry.start..entry.key().end + CLOSING]);
                    powertools_core::json::write_string(&mut self.bytes, note);
                }
                None => self.bytes.extend_from_slice(&old.bytes[old.span_of(at)]),
            }
            self.push(Entry { start, ..entry });
        }
    }

    /// Returns how many members there are.
    pub(crate) fn count(&self) -> usize {
        self.index.len()
    }

    /// Takes over the members of `newer`, whose values win.
    pub(crate) fn update(&mut self, newer: &Self) {
        for (at, entry) in newer.index.iter().enumerate() {
            if let Some(earlier) = self.find(entry.hash, &newer.bytes[entry.key()]) {
                self.remove_at(earlier);
            }
            self.copy_one(newer, at, *entry, &NO_NAMES);
        }
    }
}

/// A key as it is in a line: `,"key":`.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    rendered: Box<[u8]>,
    hash: u64,
    bit: u128,
}

impl Key {
    /// Renders a key; a `reserved` one gets a trailing underscore.
    pub(crate) fn new(name: &str, reserved: &Names) -> Self {
        let mut rendered = Vec::with_capacity(name.len() + OPENING + CLOSING + 1);
        rendered.extend_from_slice(b",\"");
        write_escaped(&mut rendered, name);
        let escaped = &rendered[OPENING..];
        if reserved.holds(hash(escaped), escaped) {
            rendered.push(b'_');
        }
        let hash = hash(&rendered[OPENING..]);
        rendered.extend_from_slice(b"\":");
        Self { rendered: rendered.into(), hash, bit: bit(hash) }
    }

    #[inline]
    fn name(&self) -> &[u8] {
        &self.rendered[OPENING..self.rendered.len() - CLOSING]
    }
}

impl From<&str> for Key {
    fn from(name: &str) -> Self {
        Self::new(name, &NO_NAMES)
    }
}

/// No names at all.
pub(crate) static NO_NAMES: Names = Names { names: Vec::new(), mask: 0 };

/// A fixed set of names to compare keys with.
#[derive(Debug)]
pub(crate) struct Names {
    names: Vec<(u64, &'static str)>,
    mask: u128,
}

impl Names {
    pub(crate) fn new(names: &[&'static str]) -> Self {
        let names: Vec<_> = names.iter().map(|name| (hash(name.as_bytes()), *name)).collect();
        let mask = names.iter().fold(0, |mask, (hash, _)| mask | bit(*hash));
        Self { names, mask }
    }

    fn holds(&self, hash: u64, key: &[u8]) -> bool {
        self.mask & bit(hash) != 0
            && self.names.iter().any(|(known, name)| *known == hash && name.as_bytes() == key)
    }
}

fn hash(key: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(key);
    hasher.finish()
}

/// Picks the mask's bit by the hash's top seven bits, the best mixed ones.
#[inline]
fn bit(hash: u64) -> u128 {
    1 << (hash >> 57)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn members(pairs: &[(&str, i64)]) -> Members {
        let mut members = Members::default();
        for (key, value) in pairs {
            members.set(&(*key).into(), |out| out.extend_from_slice(value.to_string().as_bytes()));
        }
        members
    }

    fn object(members: &Members) -> Value {
        serde_json::from_slice(&members.to_object()).unwrap()
    }

    #[test]
    fn the_latest_value_of_a_key_stays() {
        let mut members = members(&[("a", 1), ("b", 2), ("a", 3), ("a\"b\n", 4)]);
        assert_eq!(members.to_object(), br#"{"b":2,"a":3,"a\"b\n":4}"#);
        assert!(members.remove(&"a\"b\n".into()) && !members.remove(&"c".into()));
        assert_eq!(object(&members), json!({"a": 3, "b": 2}));
    }

    #[test]
    fn inner_members_hide_outer_ones() {
        let mut inner = members(&[("a", 1)]);
        inner.extend_with_outer(&members(&[("a", 2), ("b", 3)]), &NO_NAMES);
        inner.extend_with_outer(&members(&[("b", 4), ("c", 5)]), &NO_NAMES);
        assert_eq!(object(&inner), json!({"a": 1, "b": 3, "c": 5}));
    }

    #[test]
    fn reserved_names_get_an_underscore_wherever_they_come_from() {
        let reserved = Names::new(&["level"]);
        let mut inner = Members::default();
        inner.set(&Key::new("level", &reserved), |out| out.push(b'1'));
        inner.extend_with_outer(&members(&[("level", 2), ("levels", 3)]), &reserved);
        assert_eq!(object(&inner), json!({"level_": 1, "levels": 3}));
        let mut inner = Members::default();
        inner.extend_with_outer(&members(&[("level", 2), ("x", 3)]), &reserved);
        assert_eq!(object(&inner), json!({"level_": 2, "x": 3}));
    }

    #[test]
    fn many_keys_agree_with_a_map() {
        let mut expected = serde_json::Map::new();
        let mut all = Members::default();
        for n in 0..2000_i64 {
            let key = format!("key{}", n % 700);
            all.set(&key.as_str().into(), |out| out.extend_from_slice(n.to_string().as_bytes()));
            expected.insert(key, n.into());
        }
        assert_eq!(object(&all), Value::Object(expected));
    }

    #[test]
    fn the_largest_values_are_cut_first() {
        let mut members = members(&[("a", 1), ("b", 1_000_000_000_000), ("c", 2)]);
        assert_eq!(members.cut(1, 1, |size| format!("{size:03}")), 0);
        assert_eq!(members.to_object(), br#"{"a":1,"b":"013","c":2}"#);
    }

    #[test]
    fn where_no_value_is_large_members_go_but_for_the_last_ones() {
        let mut members = members(&[("a", 1), ("b", 2), ("c", 3)]);
        assert_eq!(members.cut(7, 1, |size| format!("{size:03}")), 2);
        assert_eq!(members.to_object(), br#"{"c":3}"#);
        assert_eq!(members.cut(1000, 1, |size| format!("{size:03}")), 0);
    }
}
