//! Walks a line's JSON and reads only the members that a query uses.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::engine::Datum;

/// A member that is wanted: what is left of its name below where the walk is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want<'n> {
    /// What follows the names of the levels above and their dots; empty if it is this very value.
    pub(super) rest: &'n str,
    /// Where the value goes.
    pub(super) slot: usize,
    /// Whether an object or an array is wanted as such.
    pub(super) structure: bool,
}

/// A walk through one value.
#[derive(Debug)]
pub(super) struct Walk<'w, 'n, 'a> {
    /// What is wanted: of the outermost level first, of the innermost last.
    pub(super) wants: &'w mut Vec<Want<'n>>,
    /// Where values go.
    pub(super) slots: &'w mut [Datum<'a>],
    /// How many more leaves count; `None` if they can't be too many.
    pub(super) leaves: Option<usize>,
}

impl<'a> Walk<'_, '_, 'a> {
    /// Walks the value that `json` begins with, for the wants from `from` on; returns whether it is whole.
    pub(super) fn value(&mut self, json: &'a str, from: usize) -> bool {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Level { walk: self, from }.deserialize(&mut deserializer).is_ok()
    }

    fn leaf(&mut self, from: usize, value: impl FnOnce() -> Datum<'a>) {
        match &mut self.leaves {
            Some(0) => return,
            Some(left) => *left -= 1,
            None => {}
        }
        let here = self.wants[from..].iter().filter(|want| want.rest.is_empty());
        if let Some(first) = here.clone().next() {
            let value = value();
            here.skip(1).for_each(|want| self.slots[want.slot] = value.clone());
            self.slots[first.slot] = value;
        }
    }

    /// Adds what is wanted below the member `key`; returns where that begins.
    fn enter(&mut self, from: usize, below: impl Fn(&str) -> Option<usize>) -> usize {
        let begin = self.wants.len();
        for at in from..begin {
            let want = self.wants[at];
            if let Some(length) = below(want.rest) {
                self.wants.push(Want { rest: &want.rest[length..], ..want });
            }
        }
        begin
    }

    fn is_over(&self) -> bool {
        self.leaves == Some(0)
    }
}

/// A value, with what is wanted of it.
struct Level<'l, 'w, 'n, 'a> {
    walk: &'l mut Walk<'w, 'n, 'a>,
    from: usize,
}

impl<'a> DeserializeSeed<'a> for Level<'_, '_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        let wants = &self.walk.wants[self.from..];
        if self.walk.is_over() || (wants.is_empty() && self.walk.leaves.is_none()) {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        if wants.iter().any(|want| want.structure && want.rest.is_empty()) {
            let raw: &RawValue = serde::Deserialize::deserialize(deserializer)?;
            return self.structure(raw.get()).ok_or_else(|| D::Error::custom("not whole"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'a> Level<'_, '_, '_, 'a> {
    /// Keeps an object or an array as it stands, then walks it for what is wanted below.
    fn structure(self, raw: &'a str) -> Option<()> {
        let Self { walk, from } = self;
        let is_structure = raw.starts_with(['{', '[']);
        let begin = walk.wants.len();
        for at in from..begin {
            let want = walk.wants[at];
            if want.structure && want.rest.is_empty() && is_structure {
                walk.slots[want.slot] = Datum::Json(raw.into());
            } else {
                let structure = want.structure && !want.rest.is_empty();
                walk.wants.push(Want { structure, ..want });
            }
        }
        let whole = walk.value(raw, begin);
        walk.wants.truncate(begin);
        whole.then_some(())
    }
}

impl<'a> Visitor<'a> for Level<'_, '_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::Absent);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::Flag(flag));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::integer(number));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::integer(number));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::number(number));
        Ok(())
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::Text(text.into()));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.walk.leaf(self.from, || Datum::Text(text.to_owned().into()));
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { walk, from } = self;
        let end = walk.wants.len();
        while let Some(begin) = members.next_key_seed(Key { walk: &mut *walk, from })? {
            members.next_value_seed(Level { walk: &mut *walk, from: begin })?;
            walk.wants.truncate(end);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { walk, from } = self;
        let end = walk.wants.len();
        for index in 0_usize.. {
            let begin = walk.enter(from, |rest| below_index(rest, index));
            let element = elements.next_element_seed(Level { walk: &mut *walk, from: begin })?;
            walk.wants.truncate(end);
            if element.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// The name of a member; gives where the wants below it begin.
struct Key<'l, 'w, 'n, 'a> {
    walk: &'l mut Walk<'w, 'n, 'a>,
    from: usize,
}

impl<'a> DeserializeSeed<'a> for Key<'_, '_, '_, 'a> {
    type Value = usize;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'a> for Key<'_, '_, '_, 'a> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, key: &str) -> Result<usize, E> {
        Ok(self.walk.enter(self.from, |rest| below_key(rest, key)))
    }
}

/// Returns how much of `rest` a key takes, with the dot after it.
fn below_key(rest: &str, key: &str) -> Option<usize> {
    let after = rest.as_bytes().strip_prefix(key.as_bytes())?;
    match after.first() {
        // Below a value that is wanted itself nothing is.
        None => (!rest.is_empty()).then_some(key.len()),
        Some(b'.') => (after.len() > 1).then_some(key.len() + 1),
        Some(_) => None,
    }
}

fn below_index(rest: &str, index: usize) -> Option<usize> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let canonical = digits == 1 || !rest.starts_with('0');
    let taken = rest.get(..digits).filter(|_| canonical)?;
    (taken.parse() == Ok(index)).then(|| below_key(rest, taken)).flatten()
}

/// Returns the value at `path` in a JSON text, such as `items.0.id`.
pub(crate) fn path_in<'a>(json: &'a str, path: &str) -> Datum<'a> {
    let mut slots = [Datum::Absent];
    let mut wants = vec![Want { rest: path, slot: 0, structure: true }];
    let whole = Walk { wants: &mut wants, slots: &mut slots, leaves: None }.value(json, 0);
    let [value] = slots;
    if whole { value } else { Datum::Absent }
}

/// Returns the elements of a JSON array; `None` if it is not an array.
pub(crate) fn element_values(json: &str) -> Option<Vec<Datum<'_>>> {
    let raw: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(raw.into_iter().map(|element| path_in(element.get(), "")).collect())
}
