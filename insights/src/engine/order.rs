//! The order of rows.

use std::cmp::Ordering;

use super::{Datum, compare};

/// An order of rows.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The compared expressions, and whether the largest value comes first.
    pub(crate) keys: Vec<(usize, bool)>,
    pub(crate) base: Base,
}

/// The order of rows that are otherwise equal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base {
    /// By descending time, which is in this slot.
    Newest(usize),
    /// In the order in which they were read.
    AsTheyCame,
}

impl Order {
    /// Compares two rows, each with its number.
    pub(crate) fn compare(&self, a: (&[Datum<'_>], u64), b: (&[Datum<'_>], u64)) -> Ordering {
        let by_key = |&(slot, descending): &(usize, bool)| {
            let order = compare::natural(&a.0[slot], &b.0[slot]);
            if descending { order.reverse() } else { order }
        };
        let by_keys = self.keys.iter().map(by_key).find(|order| order.is_ne());
        by_keys.unwrap_or_else(|| match self.base {
            // If the oldest rows come first, rows of the same millisecond should be in that order too.
            Base::Newest(slot) if self.keys.first() == Some(&(slot, false)) => a.1.cmp(&b.1),
            Base::Newest(slot) => (time(&b.0[slot]), b.1).cmp(&(time(&a.0[slot]), a.1)),
            Base::AsTheyCame => a.1.cmp(&b.1),
        })
    }
}

fn time(datum: &Datum<'_>) -> Option<i64> {
    match datum {
        Datum::Time(millis) => Some(*millis),
        _ => None,
    }
}
