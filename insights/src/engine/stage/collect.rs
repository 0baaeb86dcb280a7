//! Keeping the first rows of an order.

use rustc_hash::FxHashSet;

use crate::engine::{Datum, key, order::Order};

/// Keeps rows: the first of an order, of those with the same key only the first.
#[derive(Debug)]
pub(crate) struct Collect {
    pub(crate) order: Order,
    /// How many; `None` keeps all.
    pub(crate) most: Option<usize>,
    /// The slots of `dedup`; rows that lack one of them have no equal.
    pub(crate) keys: Option<Vec<usize>>,
}

/// The rows so far, of which some are superfluous until the next [`Collect::prune`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    rows: Vec<Kept>,
    /// How many rows there were after the last pruning, which are in order.
    pruned: usize,
}

#[derive(Clone, Debug)]
struct Kept {
    number: u64,
    slots: Vec<Datum<'static>>,
}

/// How many rows are taken at least between two prunings.
const SLACK: usize = 64;

impl Collect {
    pub(crate) fn is_closed(&self) -> bool {
        self.most == Some(0)
    }

    pub(crate) fn feed(&self, slots: &[Datum<'_>], number: u64, rows: &mut Rows) {
        if self.comes_too_late(slots, number, rows) {
            return;
        }
        let slots = slots.iter().map(|slot| slot.borrowed().into_owned()).collect();
        rows.rows.push(Kept { number, slots });
        let superfluous = rows.rows.len() - rows.pruned;
        let may_prune = self.most.is_some() || self.keys.is_some();
        if may_prune
            && superfluous >= SLACK
            && rows.rows.len() >= self.most.unwrap_or(0)
            && superfluous >= rows.pruned
        {
            self.prune(rows);
        }
    }

    /// Returns whether as many rows as are wanted come before this one.
    fn comes_too_late(&self, slots: &[Datum<'_>], number: u64, rows: &Rows) -> bool {
        let Some(last) =
            self.most.and_then(|most| rows.rows[..rows.pruned].get(most.checked_sub(1)?))
        else {
            return self.is_closed();
        };
        self.order.compare((slots, number), (&last.slots, last.number)).is_gt()
    }

    /// Drops what is not wanted. A dropped key may come again: then it comes before the last, and belongs here.
    fn prune(&self, rows: &mut Rows) {
        // Stable, as the elements of an `unnest` have one number.
        rows.rows.sort_by(|a, b| self.order.compare((&a.slots, a.number), (&b.slots, b.number)));
        if let Some(keys) = &self.keys {
            let mut seen = FxHashSet::default();
            rows.rows.retain(|row| is_first(&row.slots, keys, &mut seen));
        }
        rows.rows.truncate(self.most.unwrap_or(usize::MAX));
        rows.pruned = rows.rows.len();
    }

    pub(crate) fn emit(&self, rows: &Rows) -> Vec<Vec<Datum<'static>>> {
        let mut rows = rows.clone();
        self.prune(&mut rows);
        rows.rows.into_iter().map(|row| row.slots).collect()
    }
}

fn is_first(slots: &[Datum<'_>], keys: &[usize], seen: &mut FxHashSet<Vec<u8>>) -> bool {
    let mut key = Vec::new();
    for slot in keys {
        if !slots[*slot].is_present() {
            return true;
        }
        key::push(&mut key, &slots[*slot]);
    }
    seen.insert(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::order::Base;

    fn kept(keys: Option<Vec<usize>>, most: Option<usize>) -> usize {
        let collect =
            Collect { order: Order { keys: Vec::new(), base: Base::Newest(0) }, most, keys };
        let mut rows = Rows::default();
        let mut largest = 0;
        for at in 0..50_000 {
            let time = if at % 2 == 0 { at } else { -at };
            collect.feed(
                &[Datum::Time(time), Datum::Number((at % 50) as f64)],
                at as u64,
                &mut rows,
            );
            largest = largest.max(rows.rows.len());
        }
        largest
    }

    #[test]
    fn memory_depends_on_kept_rows_not_on_input() {
        assert!(kept(None, Some(20)) <= 20 + SLACK);
        assert!(kept(None, Some(1000)) <= 2000);
        assert!(kept(Some(vec![1]), None) <= 50 + SLACK);
        assert!(kept(Some(vec![0]), Some(10)) <= 10 + SLACK);
    }
}
