//! In which order rows come.

use std::cmp::Ordering;

use super::{Datum, compare};

/// An order of rows.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// What is compared, and whether the largest comes first.
    pub(crate) keys: Vec<(usize, bool)>,
    pub(crate) base: Base,
}

/// How rows come that are the same otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Base {
    /// By descending time, which is in this slot.
    Newest(usize),
    /// As they came.
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
            // Who asks for the oldest first wants lines of one millisecond in that order too.
            Base::Newest(_) if self.keys.first().is_some_and(|(_, descending)| !descending) => {
                a.1.cmp(&b.1)
            }
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
