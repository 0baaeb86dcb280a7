//! Expressions whose fields are slots.

mod evaluate;
mod like;
mod slots;

pub(crate) use like::{Like, form};
use regex::Regex;

use super::{Datum, functions, period::Period};
use crate::ast::BinaryOperator;

/// An expression, ready to be evaluated for any row.
#[derive(Debug)]
pub(crate) enum Expression {
    Slot(usize),
    /// What stands at a path in the JSON of a slot.
    Path(usize, String),
    Literal(Datum<'static>),
    Now,
    Not(Box<Expression>),
    Minus(Box<Expression>),
    /// Holds if all hold.
    All(Vec<Expression>),
    /// Holds if one holds.
    Any(Vec<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    Arithmetic(Arithmetic, Box<Expression>, Box<Expression>),
    In {
        operand: Box<Expression>,
        list: Vec<Expression>,
        negated: bool,
    },
    Like {
        operand: Box<Expression>,
        pattern: Like,
        negated: bool,
    },
    /// The value after the first condition that holds, or else the last.
    Case(Vec<(Expression, Expression)>, Option<Box<Expression>>),
    /// The first that is present.
    Coalesce(Vec<Expression>),
    /// The begin of the period, or of the next if rounded up.
    Round {
        time: Box<Expression>,
        period: Period,
        up: bool,
    },
    RegexReplace {
        operand: Box<Expression>,
        regex: Regex,
        replacement: Box<Expression>,
    },
    One(functions::One, Box<Expression>),
    Two(functions::Two, Box<[Expression; 2]>),
    Three(functions::Three, Box<[Expression; 3]>),
    Many(functions::Many, Vec<Expression>),
}

/// A comparison of two values; it is false if one is absent, even for `!=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An arithmetic operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

impl Comparison {
    pub(crate) fn of(operator: BinaryOperator) -> Option<Self> {
        Some(match operator {
            BinaryOperator::Equal => Self::Equal,
            BinaryOperator::NotEqual => Self::NotEqual,
            BinaryOperator::Less => Self::Less,
            BinaryOperator::LessOrEqual => Self::LessOrEqual,
            BinaryOperator::Greater => Self::Greater,
            BinaryOperator::GreaterOrEqual => Self::GreaterOrEqual,
            _ => return None,
        })
    }
}

impl Arithmetic {
    pub(crate) fn of(operator: BinaryOperator) -> Option<Self> {
        Some(match operator {
            BinaryOperator::Add => Self::Add,
            BinaryOperator::Subtract => Self::Subtract,
            BinaryOperator::Multiply => Self::Multiply,
            BinaryOperator::Divide => Self::Divide,
            BinaryOperator::Remainder => Self::Remainder,
            BinaryOperator::Power => Self::Power,
            _ => return None,
        })
    }

    /// Computes the result; if it is not a finite number, it is absent, as after a division by zero.
    fn of_numbers(self, a: f64, b: f64) -> Datum<'static> {
        Datum::number(match self {
            Self::Add => a + b,
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::Remainder => a % b,
            Self::Power => a.powf(b),
        })
    }
}
