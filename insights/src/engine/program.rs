//! A compiled query.

use super::{
    Datum, Row,
    expression::Expression,
    prefilter::Prefilter,
    stage::{Collect, Group, Groups, Parse, Pattern, Patterns, Rows, unnest},
};
use crate::{Table, event::Discovery};

/// A query's phases, and what its table shows.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) discovery: Discovery,
    pub(crate) demand: Prefilter,
    /// Conditions on what comes with an event: most events need not be read any further.
    pub(crate) early: Vec<Expression>,
    /// At least one.
    pub(crate) phases: Vec<Phase>,
    pub(crate) columns: Vec<(String, usize)>,
}

/// What happens to a row by itself, and then where rows are gathered.
#[derive(Debug)]
pub(crate) struct Phase {
    pub(crate) steps: Vec<Step>,
    pub(crate) sink: Sink,
    /// How many slots its rows have.
    pub(crate) width: usize,
}

/// An operation on one row.
#[derive(Debug)]
pub(crate) enum Step {
    /// Drops the row if this does not hold.
    Keep(Expression),
    Set(usize, Expression),
    Parse(Parse),
    /// Creates a row for each element.
    Unnest(Expression, usize),
}

/// A command that collects rows.
#[derive(Debug)]
pub(crate) enum Sink {
    Collect(Collect),
    Group(Group),
    Pattern(Pattern),
}

/// The state of a sink after the rows so far.
#[derive(Debug)]
pub(crate) enum State {
    Rows(Rows),
    Groups(Groups),
    Patterns(Patterns),
}

impl Program {
    pub(crate) fn first(&self) -> &Phase {
        &self.phases[0]
    }

    /// Returns whether an event of which only what comes with it was read may come through.
    pub(crate) fn lets_begin<'e>(&'e self, slots: &[Datum<'e>], now: f64) -> bool {
        self.early.iter().all(|condition| condition.holds(&Row { slots, now }))
    }

    /// Returns whether no row can come out.
    pub(crate) fn is_closed(&self) -> bool {
        self.phases
            .iter()
            .any(|phase| matches!(&phase.sink, Sink::Collect(collect) if collect.is_closed()))
    }

    /// Returns what the rows in `state`, that of the first phase, come to.
    pub(crate) fn table(&self, state: &State, now: f64) -> Table {
        let mut rows = self.first().emit(state);
        for phase in &self.phases[1..] {
            let mut state = phase.begin();
            for (number, mut row) in rows.into_iter().enumerate() {
                phase.feed(&mut row, number as u64, now, &mut state);
            }
            rows = phase.emit(&state);
        }
        let cells = |row: Vec<Datum<'static>>| {
            let cell = |(_, slot): &(String, usize)| row.get(*slot).cloned()?.into_value();
            self.columns.iter().map(cell).collect()
        };
        Table {
            columns: self.columns.iter().map(|(name, _)| name.clone()).collect(),
            rows: rows.into_iter().map(cells).collect(),
        }
    }
}

impl Phase {
    /// Returns the sink's state before any row.
    pub(crate) fn begin(&self) -> State {
        match &self.sink {
            Sink::Collect(_) => State::Rows(Rows::default()),
            Sink::Group(_) => State::Groups(Groups::default()),
            Sink::Pattern(_) => State::Patterns(Patterns::default()),
        }
    }

    /// Takes a row through the steps; returns whether it came to the sink.
    pub(crate) fn feed<'e>(
        &'e self,
        slots: &mut Vec<Datum<'e>>,
        number: u64,
        now: f64,
        state: &mut State,
    ) -> bool {
        if slots.len() < self.width {
            slots.resize(self.width, Datum::Absent);
        }
        self.advance(&self.steps, slots, now, &mut |row| match (&self.sink, &mut *state) {
            (Sink::Collect(collect), State::Rows(rows)) => collect.feed(row.slots, number, rows),
            (Sink::Group(group), State::Groups(groups)) => group.feed(row, groups),
            (Sink::Pattern(pattern), State::Patterns(patterns)) => pattern.feed(row, patterns),
            _ => {}
        })
    }

    fn advance<'e>(
        &'e self,
        steps: &'e [Step],
        slots: &mut [Datum<'e>],
        now: f64,
        sink: &mut dyn FnMut(&Row<'_, 'e>),
    ) -> bool {
        for (at, step) in steps.iter().enumerate() {
            let row = Row { slots, now };
            match step {
                Step::Keep(condition) if condition.holds(&row) => {}
                Step::Keep(_) => return false,
                Step::Set(slot, expression) => slots[*slot] = expression.evaluate(&row),
                Step::Parse(parse) => parse.apply(slots, now),
                Step::Unnest(list, slot) => {
                    let mut matched = false;
                    for element in unnest(list.evaluate(&row)) {
                        slots[*slot] = element;
                        matched |= self.advance(&steps[at + 1..], slots, now, sink);
                    }
                    return matched;
                }
            }
        }
        sink(&Row { slots, now });
        true
    }

    /// Returns the rows that the sink gives.
    pub(crate) fn emit(&self, state: &State) -> Vec<Vec<Datum<'static>>> {
        match (&self.sink, state) {
            (Sink::Collect(collect), State::Rows(rows)) => collect.emit(rows),
            (Sink::Group(group), State::Groups(groups)) => group.emit(groups),
            (Sink::Pattern(_), State::Patterns(patterns)) => patterns.emit(),
            _ => Vec::new(),
        }
    }
}
