//! What names mean at a place in a query.

use std::collections::{HashMap, HashSet};

use super::stats::Gathering;
use crate::{event::Discovery, language::names::column_key};

/// Names and their slots.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// What the query named.
    names: HashMap<String, usize>,
    /// Expressions that have a slot, by their text as [`column_key`] makes it.
    texts: HashMap<String, usize>,
    /// The fields of events that are read; `None` where no events are.
    discovered: Option<HashMap<String, usize>>,
    /// Fields that are read only in case that the query's own names mean nothing.
    fallbacks: HashSet<usize>,
    /// Where objects and arrays are wanted as such.
    structures: HashSet<usize>,
    width: usize,
    /// The aggregates that may stand here.
    pub(super) gathering: Option<Box<Gathering>>,
}

impl Scope {
    /// Creates the scope of events, where any name is a field.
    pub(super) fn of_events() -> Self {
        Self { discovered: Some(HashMap::new()), ..Self::default() }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn new_slot(&mut self) -> usize {
        self.width += 1;
        self.width - 1
    }

    /// Names a slot; a name that was there before means this one from here on.
    pub(super) fn name(&mut self, name: &str, slot: usize) {
        self.names.insert(name.to_owned(), slot);
    }

    /// Remembers the slot of an expression.
    pub(super) fn remember(&mut self, text: &str, slot: usize) {
        self.texts.insert(column_key(text), slot);
    }

    /// Returns the slot of an expression that was computed before.
    pub(super) fn computed(&self, text: &str) -> Option<usize> {
        self.texts.get(&column_key(text)).copied()
    }

    /// Returns the slot of a name; `None` if there is no such name here.
    pub(super) fn field(&mut self, name: &str) -> Option<usize> {
        if let Some(slot) = self.names.get(name).or_else(|| self.discovered.as_ref()?.get(name)) {
            return Some(*slot);
        }
        self.discovered.as_ref()?;
        let slot = self.new_slot();
        self.discovered.as_mut()?.insert(name.to_owned(), slot);
        Some(slot)
    }

    /// Returns the slot of a field that is read in case that what the query gave has no such part.
    pub(super) fn fallback(&mut self, name: &str) -> Option<usize> {
        let is_new = !self.discovered.as_ref()?.contains_key(name);
        let slot = self.field(name)?;
        if is_new {
            self.fallbacks.insert(slot);
        }
        Some(slot)
    }

    /// Returns the slot of the longest name that the query gave and that a dot follows, and what follows.
    pub(super) fn below_name<'n>(&self, name: &'n str) -> Option<(usize, &'n str)> {
        let dots = name.rmatch_indices('.').map(|(at, _)| at);
        dots.filter_map(|at| Some((*self.names.get(&name[..at])?, &name[at + 1..]))).next()
    }

    /// Returns whether the query gave this name.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Wants an object or an array in a slot too.
    pub(super) fn want_structure(&mut self, slot: usize) {
        self.structures.insert(slot);
    }

    /// Returns the slot of `@timestamp`; where there is none, one that stays empty.
    pub(super) fn time(&mut self) -> usize {
        self.field("@timestamp").unwrap_or_else(|| self.new_slot())
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, usize)> {
        self.discovered.iter().flatten().map(|(name, slot)| (name.as_str(), *slot))
    }

    /// Returns what reads the fields that were discovered.
    pub(super) fn discovery(&self) -> Discovery {
        let mut discovery = Discovery::new(self.width);
        for (name, slot) in self.fields() {
            discovery.want(name, slot, self.structures.contains(&slot));
            if self.fallbacks.contains(&slot) {
                discovery.expect_nothing_of(slot);
            }
        }
        discovery
    }
}
