//! `stats`: rows by group.

use rustc_hash::FxHashMap;

use crate::engine::{
    Datum, Row,
    aggregate::{Aggregate, Kind},
    expression::Expression,
    key,
};

/// The expressions that form a group, and the aggregates of each.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) by: Vec<Expression>,
    pub(crate) computed: Vec<Computed>,
    /// How many slots the rows have that come out: first those of `by`.
    pub(crate) width: usize,
}

/// An aggregate of an argument.
#[derive(Debug)]
pub(crate) struct Computed {
    pub(crate) kind: Kind,
    /// `None` counts every row.
    pub(crate) argument: Option<Expression>,
    /// Where `@timestamp` is, for those that need it.
    pub(crate) time: Option<usize>,
    /// Where it goes.
    pub(crate) slot: usize,
}

/// The groups so far, in the order in which they were first seen.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    index: FxHashMap<Box<[u8]>, usize>,
    groups: Vec<Known>,
    key: Vec<u8>,
}

#[derive(Debug)]
struct Known {
    by: Vec<Datum<'static>>,
    aggregates: Vec<Aggregate>,
}

impl Group {
    pub(crate) fn feed<'e>(&'e self, row: &Row<'_, 'e>, groups: &mut Groups) {
        let at = self.find(row, groups);
        for (computed, aggregate) in self.computed.iter().zip(&mut groups.groups[at].aggregates) {
            let time = computed.time.and_then(|slot| row.slots[slot].as_time());
            match &computed.argument {
                Some(argument) => aggregate.add(&argument.look(row), time),
                None => aggregate.add(&Datum::Flag(true), time),
            }
        }
    }

    fn find<'e>(&'e self, row: &Row<'_, 'e>, groups: &mut Groups) -> usize {
        groups.key.clear();
        for by in &self.by {
            key::push(&mut groups.key, &by.look(row));
        }
        if let Some(at) = groups.index.get(&*groups.key) {
            return *at;
        }
        let by = self.by.iter().map(|by| by.evaluate(row).into_owned()).collect();
        let aggregates = self.computed.iter().map(|computed| computed.kind.begin()).collect();
        let at = groups.groups.len();
        groups.groups.push(Known { by, aggregates });
        groups.index.insert(groups.key.as_slice().into(), at);
        at
    }

    pub(crate) fn emit(&self, groups: &Groups) -> Vec<Vec<Datum<'static>>> {
        let row = |group: &Known| {
            let mut slots = group.by.clone();
            slots.resize(self.width, Datum::Absent);
            for (computed, aggregate) in self.computed.iter().zip(&group.aggregates) {
                slots[computed.slot] = aggregate.result();
            }
            slots
        };
        groups.groups.iter().map(row).collect()
    }
}
