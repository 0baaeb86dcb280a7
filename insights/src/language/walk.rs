//! Going through trees.

use crate::ast::{Command, Expression, Node, Projection};

impl Command {
    /// Gives the expressions of the command, in the order in which they were written.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Fields(list) | Self::Display(list) => all(list).collect(),
            Self::Filter(expression) | Self::Pattern(expression) => vec![expression],
            Self::Stats(stats) => all(&stats.aggregates).chain(all(&stats.by)).collect(),
            Self::Sort(keys) => keys.iter().map(|key| &key.expression).collect(),
            Self::Parse(parse) => vec![&parse.source],
            Self::Unnest { field, .. } => vec![field],
            Self::Limit(_) | Self::Dedup(_) | Self::Foreign(_) => Vec::new(),
        }
    }
}

impl Expression {
    /// Gives what the expression is made of, one step down.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.node {
            Node::Call { arguments, .. } => arguments.iter().collect(),
            Node::Unary(_, operand) | Node::Like { operand, .. } => vec![operand],
            Node::Binary(_, left, right) => vec![left, right],
            Node::In { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
            _ => Vec::new(),
        }
    }

    /// Visits the expression and all its parts; goes no deeper where `visit` says `false`.
    pub(crate) fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Self) -> bool) {
        if visit(self) {
            for part in self.parts() {
                part.visit(visit);
            }
        }
    }
}

fn all(projections: &[Projection]) -> impl Iterator<Item = &Expression> {
    projections.iter().map(|projection| &projection.expression)
}
