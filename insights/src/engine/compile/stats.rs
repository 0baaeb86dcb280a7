//! `stats`: a scope of groups, whose aggregates have arguments in the scope of the rows.

use std::mem;

use super::{Compiler, Scope, refused};
use crate::{
    ast::{Expression as Argument, Node, Projection, Spanned, Stats},
    engine::{
        aggregate::Kind,
        expression::Expression,
        program::{Sink, Step},
        stage::{Computed, Group},
    },
};

/// The aggregates of a `stats` while it is compiled.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    /// What names mean in the arguments of aggregates.
    rows: Scope,
    computed: Vec<Computed>,
}

/// Scopes are kept for the names of events, where nothing is gathered.
impl Clone for Gathering {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), computed: Vec::new() }
    }
}

impl Compiler<'_> {
    pub(super) fn stats(&mut self, stats: &Stats) {
        let by: Vec<Expression> =
            stats.by.iter().map(|by| self.expression(&by.expression)).collect();
        let mut groups = Scope::default();
        let mut columns = Vec::new();
        for projection in &stats.by {
            let slot = groups.new_slot();
            groups.remember(&projection.text, slot);
            if let Node::Field(name) = &projection.expression.node {
                groups.name(name, slot);
            }
            columns.push((column_name(projection), slot));
        }
        columns.iter().for_each(|(name, slot)| groups.name(name, *slot));
        groups.gathering = Some(Box::default());
        self.enter(&mut groups);
        let mut steps = Vec::new();
        for projection in &stats.aggregates {
            columns.push(self.computed_column(projection, &mut steps));
        }
        self.leave(&mut groups);
        let computed = groups.gathering.take().map(|gathering| gathering.computed);
        let group = Group { by, computed: computed.unwrap_or_default(), width: groups.width() };
        self.end_phase(Sink::Group(group));
        self.begin_anew(groups, columns);
        // What makes the groups has their first slots.
        self.time = stats.time();
        self.steps = steps;
    }

    /// Compiles what is computed of a group; those after it may use its name.
    fn computed_column(
        &mut self,
        projection: &Projection,
        steps: &mut Vec<Step>,
    ) -> (String, usize) {
        let slot = match self.expression(&projection.expression) {
            Expression::Slot(slot) => slot,
            expression => {
                let slot = self.scope.new_slot();
                steps.push(Step::Set(slot, expression));
                slot
            }
        };
        let name = column_name(projection);
        self.scope.remember(&projection.text, slot);
        self.scope.name(&name, slot);
        (name, slot)
    }

    /// Makes the groups' scope the one in which names are looked up; that of the rows waits in it.
    fn enter(&mut self, groups: &mut Scope) {
        let rows = mem::replace(&mut self.scope, mem::take(groups));
        if let Some(gathering) = &mut self.scope.gathering {
            gathering.rows = rows;
        }
    }

    fn leave(&mut self, groups: &mut Scope) {
        *groups = mem::take(&mut self.scope);
        if let Some(gathering) = &mut groups.gathering {
            self.scope = mem::take(&mut gathering.rows);
        }
    }

    /// Compiles a call of an aggregate; what it gives has a slot of the groups.
    pub(super) fn aggregate(
        &mut self,
        lower: &str,
        name: &Spanned<String>,
        arguments: &[Argument],
    ) -> Expression {
        let Some(mut gathering) = self.scope.gathering.take() else {
            self.refuse(
                &name.span,
                format!("`{}` is used outside `stats`, or inside another aggregate", name.node),
                "compute it in a `stats`",
            );
            return refused();
        };
        let slot = self.scope.new_slot();
        let groups = mem::replace(&mut self.scope, mem::take(&mut gathering.rows));
        if let Some(computed) = self.computed(lower, name, arguments, slot) {
            gathering.computed.push(computed);
        }
        gathering.rows = mem::replace(&mut self.scope, groups);
        self.scope.gathering = Some(gathering);
        Expression::Slot(slot)
    }

    fn computed(
        &mut self,
        lower: &str,
        name: &Spanned<String>,
        arguments: &[Argument],
        slot: usize,
    ) -> Option<Computed> {
        let (fewest, most) = match lower {
            "count" => (0, 1),
            "pct" | "percentile" => (2, 2),
            "topk" | "values" => (1, 2),
            _ => (1, 1),
        };
        if !self.takes(name, arguments.len(), fewest..=most) {
            return None;
        }
        // AWS writes both `topk(field, 5)` and `topk(5, field)`.
        let swapped;
        let arguments = match arguments {
            [count, field] if lower == "topk" && matches!(count.node, Node::Number(_)) => {
                swapped = [field.clone(), count.clone()];
                &swapped[..]
            }
            _ => arguments,
        };
        let number = match arguments.get(1) {
            Some(number) => Some(self.parameter(lower, number)?),
            None => None,
        };
        let kind = Kind::named(lower, number)?;
        let argument = match arguments.first() {
            None => None,
            Some(star) if star.node == Node::Star && kind == Kind::Count => None,
            Some(argument) => Some(self.expression(argument)),
        };
        let time = if kind.needs_time() { Some(self.time_of(name)?) } else { None };
        Some(Computed { kind, argument, time, slot })
    }

    /// Reads the second argument: per cent, or how many values.
    fn parameter(&mut self, lower: &str, argument: &Argument) -> Option<f64> {
        let (range, wanted) = match lower {
            "pct" | "percentile" => (0.0..=100.0, "a number from 0 to 100"),
            _ => (1.0..=100_000.0, "a number from 1 to 100000"),
        };
        match argument.node {
            Node::Number(number) if range.contains(&number) => Some(number),
            Node::Parameter(_) => {
                self.expression(argument);
                None
            }
            _ => {
                self.refuse(
                    &argument.span,
                    format!("this must be {wanted}"),
                    format!("write {wanted}"),
                );
                None
            }
        }
    }

    fn time_of(&mut self, name: &Spanned<String>) -> Option<usize> {
        let slot = self.scope.field("@timestamp");
        if slot.is_none() {
            self.refuse(
                &name.span,
                format!("`{}` needs `@timestamp`, which no longer exists here", name.node),
                "use it in the first `stats`",
            );
        }
        slot
    }
}

/// Returns what a column is called: its alias, its field, or its text.
pub(super) fn column_name(projection: &Projection) -> String {
    match (&projection.alias, &projection.expression.node) {
        (Some(alias), _) => alias.node.clone(),
        (None, Node::Field(name)) => name.clone(),
        (None, _) => projection.text.clone(),
    }
}
