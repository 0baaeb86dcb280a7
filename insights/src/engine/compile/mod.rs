//! From a query to a program: names become slots, and what the engine does not run is refused.

mod call;
mod commands;
mod expression;
mod scope;
mod stats;

use std::{collections::HashSet, mem};

#[cfg(feature = "command")]
pub(super) use call::is_special;
pub(super) use scope::Scope;

use super::{
    Datum,
    expression::Expression,
    order::{Base, Order},
    prefilter::Prefilter,
    program::{Phase, Program, Sink, Step},
    stage::Collect,
};
use crate::{
    Problem, ProblemKind,
    ast::{Command, Query, Span},
    event,
};

/// How many rows there are at most if the query does not say.
const MOST_ROWS: usize = 10_000;

/// Compiles a query.
pub(crate) fn program(text: &str, query: &Query) -> Result<Program, Vec<Problem>> {
    let mut compiler = Compiler::new(text);
    for command in &query.commands {
        // What a command gives that is not run here is not known.
        if !compiler.is_lost || matches!(command.node, Command::Foreign(_)) {
            compiler.command(&command.node, &command.span);
        }
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
    /// What `parse` and `unnest` named while no columns were listed.
    made: Vec<(String, usize)>,
    /// What the last `sort` said.
    keys: Vec<(usize, bool)>,
    /// Whether a command was met that is not run here.
    is_lost: bool,
    /// What `sort @timestamp` means where rows are groups.
    time: Option<usize>,
    /// Whether rows have come through something that gave them an order.
    is_ordered: bool,
}

/// What the table shows.
#[derive(Default)]
struct Columns {
    /// What was asked for or given; `None` if nothing was.
    listed: Option<Vec<(String, usize)>>,
    /// Whether `display` said so: nothing is added then.
    is_final: bool,
}

impl Columns {
    /// Adds a column, unless `display` had the last word; one that is listed has another meaning from here on.
    fn add(&mut self, name: &str, slot: usize) {
        let listed = self.listed.get_or_insert_default();
        match listed.iter_mut().find(|(listed, _)| listed == name) {
            Some((_, meaning)) => *meaning = slot,
            None if !self.is_final => listed.push((name.to_owned(), slot)),
            None => {}
        }
    }
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
            made: Vec::new(),
            keys: Vec::new(),
            is_lost: false,
            time: None,
            is_ordered: false,
        }
    }

    /// Refuses what CloudWatch refuses too.
    fn refuse(&mut self, span: &Span, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem::new(self.text, span.clone(), message, remedy));
    }

    /// Refuses what only CloudWatch may run.
    fn not_local(&mut self, span: &Span, message: impl Into<String>, remedy: impl Into<String>) {
        let problem = Problem::new(self.text, span.clone(), message, remedy);
        self.problems.push(problem.of_kind(ProblemKind::NotLocal));
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

    /// Makes `scope` what names mean from here on, and `columns` what is shown.
    fn begin_anew(&mut self, scope: Scope, columns: Vec<(String, usize)>) {
        let before = mem::replace(&mut self.scope, scope);
        self.events.get_or_insert(before);
        self.columns = Columns { listed: Some(columns), is_final: false };
        self.time = None;
    }

    fn finish(mut self) -> Result<Program, Vec<Problem>> {
        let columns = self.shown();
        self.collect(Some(MOST_ROWS), None);
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let events = self.events.unwrap_or(self.scope);
        let slots = |is: fn(&str) -> bool| -> HashSet<usize> {
            events.fields().filter(|(name, _)| is(name)).map(|(_, slot)| slot).collect()
        };
        let message = events.fields().find(|(name, _)| *name == "@message").map(|(_, slot)| slot);
        let demand = Prefilter::of(&self.phases[0].steps, &slots(event::is_in_line), message);
        let early = early(&mut self.phases[0].steps, &slots(event::is_given));
        let discovery = events.discovery();
        Ok(Program { discovery, demand, early, phases: self.phases, columns })
    }

    /// Without a word from the query, the service shows when and what, and what the query took out of it.
    fn shown(&mut self) -> Vec<(String, usize)> {
        if let Some(columns) = self.columns.listed.take() {
            return columns;
        }
        let names = ["@timestamp", "@message"];
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.scope.field(name)?)))
            .chain(mem::take(&mut self.made))
            .collect()
    }
}

/// Takes out the conditions that read only what comes with an event.
fn early(steps: &mut Vec<Step>, given: &HashSet<usize>) -> Vec<Expression> {
    let mut early = Vec::new();
    for step in mem::take(steps) {
        let Step::Keep(condition) = step else {
            steps.push(step);
            continue;
        };
        let is_early = |condition: &Expression| condition.reads_only(&|slot| given.contains(&slot));
        let (first, others): (Vec<_>, Vec<_>) =
            condition.into_conditions().into_iter().partition(is_early);
        early.extend(first);
        if !others.is_empty() {
            steps.push(Step::Keep(Expression::All(others)));
        }
    }
    early
}

/// What stands for an expression that was refused.
fn refused() -> Expression {
    Expression::Literal(Datum::Absent)
}
