//! What commands leave for those after them.

use std::collections::BTreeSet;

use crate::{
    ast::{Command, Expression, Node, Projection, Stats},
    language::names::column_key,
};

use super::Subject;

/// The names that exist behind a `stats`.
///
/// A call may name the column that it made: `sort count(*) desc`.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs {
    names: BTreeSet<String>,
    /// Texts of expressions, as [`column_key`] makes them.
    texts: BTreeSet<String>,
    /// Whether a part of time makes the groups.
    has_time: bool,
}

impl Outputs {
    /// Gives what a `stats` leaves.
    pub(super) fn of(stats: &Stats) -> Self {
        let mut outputs = Self { has_time: stats.time().is_some(), ..Self::default() };
        outputs.extend(&stats.by);
        outputs.extend(&stats.aggregates);
        outputs
    }

    /// Gives what `pattern` leaves.
    pub(super) fn of_pattern() -> Self {
        let names = PATTERN.map(str::to_owned).into();
        Self { names, ..Self::default() }
    }

    /// Adds what a command adds.
    pub(super) fn add(&mut self, command: &Command) {
        match command {
            Command::Fields(list) | Command::Display(list) => self.extend(list),
            Command::Parse(parse) => {
                parse.all_names().into_iter().for_each(|name| self.insert(&name));
            }
            Command::Unnest { into, .. } => self.insert(&into.node),
            _ => {}
        }
    }

    /// Adds columns: the name after `as` and the text before it both mean one.
    pub(super) fn extend(&mut self, projections: &[Projection]) {
        projections.iter().for_each(|projection| self.add_column(projection));
    }

    /// Adds a column.
    pub(super) fn add_column(&mut self, projection: &Projection) {
        self.insert(projection.name());
        if let Node::Field(name) = &projection.expression.node {
            self.insert(name);
        }
        self.texts.insert(column_key(&projection.text));
    }

    fn insert(&mut self, name: &str) {
        self.names.insert(name.to_owned());
    }

    /// Whether `name` is there.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name) || self.texts.contains(&column_key(name))
    }

    /// Whether `sort @timestamp` has something to sort by.
    pub(super) fn has_time(&self) -> bool {
        self.has_time
    }

    /// Whether `name` is a part of a map or a list that is there.
    fn contains_parent_of(&self, name: &str) -> bool {
        let is_parent = |output: &String| {
            name.strip_prefix(output.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        self.names.iter().any(is_parent)
    }

    /// Whether an expression is the text of a column.
    pub(super) fn has_text_of(&self, subject: &Subject<'_>, expression: &Expression) -> bool {
        match &expression.node {
            Node::Field(name) => self.contains(name) || self.contains_parent_of(name),
            _ => self.texts.contains(&column_key(subject.text_at(&expression.span))),
        }
    }
}

const PATTERN: [&str; 4] = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"];
