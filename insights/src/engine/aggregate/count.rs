use rustc_hash::FxHashSet;

use crate::engine::{Datum, key};

/// How many rows have the argument.
#[derive(Clone, Debug, Default)]
pub(crate) struct Count(u64);

/// How many values the argument has, exactly: memory grows with them. The service approximates where there are many.
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
