//! What commands leave for those after them.

use std::collections::BTreeSet;

use crate::ast::{Command, Expression, Node, Projection, Stats};

use super::Subject;

/// The names that exist behind a `stats`.
///
/// A call may name the column that it made: `sort count(*) desc`.
#[derive(Clone, Debug, Default)]
pub(super) struct Outputs(BTreeSet<String>);

impl Outputs {
    /// Gives what a `stats` leaves.
    pub(super) fn of(stats: &Stats) -> Self {
        let mut outputs = Self::default();
        outputs.extend(&stats.by);
        outputs.extend(&stats.aggregates);
        outputs
    }

    /// Adds what a command adds.
    pub(super) fn add(&mut self, command: &Command) {
        match command {
            Command::Fields(list) | Command::Display(list) => self.extend(list),
            Command::Parse(parse) => {
                parse.all_names().into_iter().for_each(|name| self.insert(&name));
            }
            Command::Unnest { into, .. } => self.insert(&into.node),
            Command::Pattern(_) => PATTERN.iter().for_each(|name| self.insert(name)),
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
        self.insert(&projection.text);
    }

    fn insert(&mut self, name: &str) {
        self.0.insert(even(name));
    }

    /// Whether `name` is there.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains(&even(name))
    }

    /// Whether `name` is a part of a map or a list that is there.
    fn contains_parent_of(&self, name: &str) -> bool {
        let name = even(name);
        let is_parent = |output: &String| {
            name.strip_prefix(output.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        self.0.iter().any(is_parent)
    }

    /// Whether an expression is the text of a column.
    pub(super) fn has_text_of(&self, subject: &Subject<'_>, expression: &Expression) -> bool {
        match &expression.node {
            Node::Field(name) => self.contains(name) || self.contains_parent_of(name),
            _ => self.contains(subject.text_at(&expression.span)),
        }
    }
}

const PATTERN: [&str; 4] = ["@pattern", "@ratio", "@sampleCount", "@severityLabel"];

fn even(name: &str) -> String {
    name.split_whitespace().collect::<String>().to_ascii_lowercase()
}
