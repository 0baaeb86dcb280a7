//! From a query to a program: names become slots, and what the engine does not run is refused.

mod call;
mod commands;
mod expression;
mod scope;
mod stats;

use std::{collections::HashSet, mem};

pub(super) use scope::Scope;

use super::{
    Datum,
    demand::Demand,
    expression::Expression,
    order::{Base, Order},
    program::{Phase, Program, Sink, Step},
    stage::Collect,
};
use crate::{
    Problem,
    ast::{Query, Span},
    event,
};

/// How many rows there are at most if the query does not say.
const MOST_ROWS: usize = 10_000;

/// Compiles a query.
pub(crate) fn program(text: &str, query: &Query) -> Result<Program, Vec<Problem>> {
    let mut compiler = Compiler::new(text);
    for command in &query.commands {
        compiler.command(&command.node, &command.span);
    }
    compiler.finish()
}

/// A query that is compiled up to a command.
struct Compiler<'q> {
    text: &'q str,
    problems: Vec<Problem>,
    /// What names mean after the last command.
    scope: Scope,
    /// The fields of events, once a `stats` or `pattern` left them behind.
    events: Option<Scope>,
    phases: Vec<Phase>,
    /// The steps of the phase that is not done yet.
    steps: Vec<Step>,
    columns: Columns,
    /// What the last `sort` said.
    keys: Vec<(usize, bool)>,
    /// Whether rows have come through something that gave them an order.
    is_ordered: bool,
}

/// What the table shows.
#[derive(Default)]
struct Columns {
    /// What `stats` or `pattern` gave, if nothing else is asked for.
    given: Option<Vec<(String, usize)>>,
    /// What `fields` asked for, one after the other.
    fields: Vec<(String, usize)>,
    /// What the last `display` asked for.
    display: Option<Vec<(String, usize)>>,
}

impl<'q> Compiler<'q> {
    fn new(text: &'q str) -> Self {
        Self {
            text,
            problems: Vec::new(),
            scope: Scope::of_events(),
            events: None,
            phases: Vec::new(),
            steps: Vec::new(),
            columns: Columns::default(),
            keys: Vec::new(),
            is_ordered: false,
        }
    }

    fn refuse(&mut self, span: &Span, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem::new(self.text, span.clone(), message, remedy));
    }

    /// Sets a slot to an expression's value, unless it is one already.
    fn slot_of(&mut self, expression: Expression) -> usize {
        match expression {
            Expression::Slot(slot) => slot,
            expression => {
                let slot = self.scope.new_slot();
                self.steps.push(Step::Set(slot, expression));
                slot
            }
        }
    }

    /// Ends a phase that keeps rows as they are.
    fn collect(&mut self, most: Option<usize>, keys: Option<Vec<usize>>) {
        let base = if self.is_ordered { Base::AsTheyCame } else { Base::Newest(self.scope.time()) };
        let order = Order { keys: mem::take(&mut self.keys), base };
        self.end_phase(Sink::Collect(Collect { order, most, keys }));
    }

    fn end_phase(&mut self, sink: Sink) {
        let steps = mem::take(&mut self.steps);
        self.phases.push(Phase { steps, sink, width: self.scope.width() });
        self.is_ordered = true;
        self.keys.clear();
    }

    /// Makes `scope` what names mean from here on, and `columns` what is shown if nothing else is asked for.
    fn begin_anew(&mut self, scope: Scope, columns: Vec<(String, usize)>) {
        let before = mem::replace(&mut self.scope, scope);
        self.events.get_or_insert(before);
        self.columns = Columns { given: Some(columns), ..Columns::default() };
    }

    fn finish(mut self) -> Result<Program, Vec<Problem>> {
        let columns = self.shown();
        self.collect(Some(MOST_ROWS), None);
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let events = self.events.unwrap_or(self.scope);
        let first = &self.phases[0];
        let in_line: HashSet<usize> = events
            .fields()
            .filter(|(name, _)| event::is_in_line(name))
            .map(|(_, slot)| slot)
            .collect();
        let message = events.fields().find(|(name, _)| *name == "@message").map(|(_, slot)| slot);
        let demand = Demand::of(&first.steps, &in_line, message);
        Ok(Program { discovery: events.discovery(), demand, phases: self.phases, columns })
    }

    /// Without a word from the query, the service shows when and what.
    fn shown(&mut self) -> Vec<(String, usize)> {
        let Columns { given, fields, display } = mem::take(&mut self.columns);
        if let Some(columns) = display.or_else(|| (!fields.is_empty()).then_some(fields)).or(given)
        {
            return columns;
        }
        let names = ["@timestamp", "@message"];
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.scope.field(name)?)))
            .collect()
    }
}

/// What stands for an expression that was refused.
fn refused() -> Expression {
    Expression::Literal(Datum::Absent)
}
