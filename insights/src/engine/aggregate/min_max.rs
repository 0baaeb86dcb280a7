use std::cmp::Ordering;

use crate::engine::{Datum, compare};

/// The smallest or largest value: of the numbers for `min` and `max`, in the order of `sort` for the others.
#[derive(Clone, Debug)]
pub(crate) struct MinMax {
    wanted: Ordering,
    only_numbers: bool,
    best: Datum<'static>,
}

impl MinMax {
    pub(super) fn smallest() -> Self {
        Self { wanted: Ordering::Less, only_numbers: true, best: Datum::Absent }
    }

    pub(super) fn largest() -> Self {
        Self { wanted: Ordering::Greater, ..Self::smallest() }
    }

    pub(super) fn first() -> Self {
        Self { only_numbers: false, ..Self::smallest() }
    }

    pub(super) fn last() -> Self {
        Self { only_numbers: false, ..Self::largest() }
    }

    pub(super) fn add(&mut self, value: &Datum<'_>) {
        let counts =
            if self.only_numbers { value.as_number().is_some() } else { value.is_present() };
        let is_better =
            || !self.best.is_present() || compare::natural(value, &self.best) == self.wanted;
        if counts && is_better() {
            self.best = value.borrowed().into_owned();
        }
    }

    /// Returns a number for a numeric text, as far as it can be one.
    pub(super) fn result(&self) -> Datum<'static> {
        match &self.best {
            Datum::Text(text) if self.only_numbers => match text.parse::<i128>() {
                Ok(integer) => Datum::integer(integer),
                Err(_) => self.best.as_number().map_or(Datum::Absent, Datum::number),
            },
            best => best.clone(),
        }
    }
}
