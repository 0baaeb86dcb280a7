//! Evaluating expressions.

use std::{borrow::Cow, cmp::Ordering, ops::Deref};

use regex::Regex;

use super::{Comparison, Expression};
use crate::{
    engine::{Datum, Row, compare, datum::LONGEST},
    event,
};

impl Expression {
    /// Returns the expression's value in a row.
    pub(crate) fn evaluate<'e>(&'e self, row: &Row<'_, 'e>) -> Datum<'e> {
        match self {
            Self::Slot(slot) => row.slots[*slot].clone(),
            Self::Literal(literal) => literal.borrowed(),
            Self::Path(slot, path) => path_of(&row.slots[*slot], path),
            Self::Now => Datum::number(row.now),
            Self::Minus(operand) => negative(&operand.look(row)),
            Self::Arithmetic(operator, a, b) => {
                match (a.look(row).as_number(), b.look(row).as_number()) {
                    (Some(a), Some(b)) => operator.of_numbers(a, b),
                    _ => Datum::Absent,
                }
            }
            Self::Case(cases, otherwise) => {
                let found = cases.iter().find(|(condition, _)| condition.holds(row));
                let chosen = found.map(|(_, value)| value).or(otherwise.as_deref());
                chosen.map_or(Datum::Absent, |value| value.evaluate(row))
            }
            Self::Coalesce(choices) => {
                let mut values = choices.iter().map(|choice| choice.evaluate(row));
                values.find(Datum::is_present).unwrap_or_default()
            }
            Self::Round { time, period, up } => {
                let time = time.look(row).as_time();
                let rounded =
                    time.and_then(|at| if *up { period.ceil(at) } else { period.floor(at) });
                rounded.map_or(Datum::Absent, Datum::Time)
            }
            Self::RegexReplace { operand, regex, replacement } => {
                regex_replace(&operand.look(row), regex, &replacement.look(row))
            }
            Self::One(..) | Self::Two(..) | Self::Three(..) | Self::Many(..) => {
                self.call(row).of_bounded_length()
            }
            Self::Not(_)
            | Self::All(_)
            | Self::Any(_)
            | Self::Compare(..)
            | Self::In { .. }
            | Self::Like { .. } => Datum::Flag(self.holds(row)),
        }
    }

    fn call<'e>(&'e self, row: &Row<'_, 'e>) -> Datum<'e> {
        match self {
            Self::One(function, argument) => function(argument.evaluate(row)),
            Self::Two(function, arguments) => {
                let [a, b] = &**arguments;
                function(a.evaluate(row), b.evaluate(row))
            }
            Self::Three(function, arguments) => {
                let [a, b, c] = &**arguments;
                function(a.evaluate(row), b.evaluate(row), c.evaluate(row))
            }
            Self::Many(function, arguments) => {
                function(arguments.iter().map(|argument| argument.evaluate(row)).collect())
            }
            _ => Datum::Absent,
        }
    }

    /// Returns whether the expression is true of a row.
    pub(crate) fn holds<'e>(&'e self, row: &Row<'_, 'e>) -> bool {
        match self {
            Self::Not(operand) => !operand.holds(row),
            Self::All(operands) => operands.iter().all(|operand| operand.holds(row)),
            Self::Any(operands) => operands.iter().any(|operand| operand.holds(row)),
            Self::Compare(comparison, a, b) => comparison.holds(&a.look(row), &b.look(row)),
            Self::In { operand, list, negated } => {
                let operand = operand.look(row);
                let is_in = || list.iter().any(|item| compare::equal(&operand, &item.look(row)));
                operand.is_present() && is_in() != *negated
            }
            Self::Like { operand, pattern, negated } => {
                let operand = operand.look(row);
                operand.text().is_some_and(|text| pattern.matches(&text) != *negated)
            }
            _ => self.look(row).is_true(),
        }
    }

    /// Returns the value without copying what is there already.
    pub(crate) fn look<'r, 'e>(&'e self, row: &Row<'r, 'e>) -> Look<'r, 'e>
    where
        'e: 'r,
    {
        match self {
            Self::Slot(slot) => Look::There(&row.slots[*slot]),
            Self::Literal(literal) => Look::There(literal),
            _ => Look::Made(self.evaluate(row)),
        }
    }
}

impl Comparison {
    fn holds(self, a: &Datum<'_>, b: &Datum<'_>) -> bool {
        if !a.is_present() || !b.is_present() {
            return false;
        }
        let order = || compare::order(a, b);
        match self {
            Self::Equal => compare::equal(a, b),
            Self::NotEqual => !compare::equal(a, b),
            Self::Less => order().is_some_and(Ordering::is_lt),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
            Self::Greater => order().is_some_and(Ordering::is_gt),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// A value that is there already, or was made.
pub(crate) enum Look<'r, 'e> {
    There(&'r Datum<'e>),
    Made(Datum<'e>),
}

impl<'e> Deref for Look<'_, 'e> {
    type Target = Datum<'e>;

    fn deref(&self) -> &Datum<'e> {
        match self {
            Self::There(datum) => datum,
            Self::Made(datum) => datum,
        }
    }
}

fn negative(operand: &Datum<'_>) -> Datum<'static> {
    operand.as_number().map_or(Datum::Absent, |number| Datum::number(-number))
}

/// Replaces each match, unless the text becomes too long.
fn regex_replace(operand: &Datum<'_>, regex: &Regex, by: &Datum<'_>) -> Datum<'static> {
    let (Some(text), Some(by)) = (operand.text(), by.text()) else { return Datum::Absent };
    let (mut replaced, mut after) = (String::new(), 0);
    for captures in regex.captures_iter(&text) {
        let found = captures.get_match();
        // Each two characters of the replacement may stand for the whole match.
        if replaced.len() + by.len() + by.len() / 2 * found.len() > LONGEST {
            return Datum::Absent;
        }
        replaced.push_str(&text[after..found.start()]);
        captures.expand(&by, &mut replaced);
        after = found.end();
    }
    replaced.push_str(&text[after..]);
    Datum::text_of(replaced).of_bounded_length()
}

fn path_of<'e>(datum: &Datum<'e>, path: &str) -> Datum<'e> {
    match datum {
        Datum::Json(Cow::Borrowed(json)) => event::path_in(json, path),
        Datum::Json(Cow::Owned(json)) => event::path_in(json, path).into_owned(),
        _ => Datum::Absent,
    }
}
