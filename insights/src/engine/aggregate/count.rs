use rustc_hash::FxHashSet;

use crate::engine::{Datum, key};

/// The number of rows that have the argument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count(u64);

/// The exact number of distinct values of the argument. Memory grows with them; the service approximates large numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Distinct {
    seen: FxHashSet<Box<[u8]>>,
    key: Vec<u8>,
}

impl Count {
    pub(super) fn add(&mut self, value: &Datum<'_>) {
        self.0 += u64::from(value.is_present());
    }

    pub(super) fn result(&self) -> Datum<'static> {
        Datum::integer(self.0)
    }
}

impl Distinct {
    pub(super) fn add(&mut self, value: &Datum<'_>) {
        if !value.is_present() {
            return;
        }
        self.key.clear();
        key::push(&mut self.key, value);
        if !self.seen.contains(&*self.key) {
            self.seen.insert(self.key.as_slice().into());
        }
    }

    pub(super) fn result(&self) -> Datum<'static> {
        Datum::integer(self.seen.len() as u64)
    }
}
