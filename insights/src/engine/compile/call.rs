//! Calls of functions.

use std::ops::RangeInclusive;

use super::{Compiler, refused};
use crate::{
    ast::{Expression as Argument, Node, Span, Spanned},
    engine::{Datum, aggregate::Kind, expression::Expression, functions::Function, period::Period},
    language,
};

impl Compiler<'_> {
    pub(super) fn call(
        &mut self,
        name: &Spanned<String>,
        arguments: &[Argument],
        span: &Span,
        depth: usize,
    ) -> Expression {
        if let Some(slot) = self.text.get(span.clone()).and_then(|text| self.scope.computed(text)) {
            return Expression::Slot(slot);
        }
        let lower = name.node.to_ascii_lowercase();
        if Kind::named(&lower, None).is_some() {
            return self.aggregate(&lower, name, arguments);
        }
        if let Some(special) = self.special(&lower, name, arguments, depth) {
            return special;
        }
        let Some(function) = Function::named(&lower) else {
            self.unknown(name);
            return refused();
        };
        if matches!(
            lower.as_str(),
            "jsonparse" | "jsonstringify" | "jsonarraysize" | "jsonarraycontains"
        ) {
            self.want_structures(arguments);
        }
        let given = self.all(arguments, depth);
        self.function(function, name, given)
    }

    fn function(
        &mut self,
        function: Function,
        name: &Spanned<String>,
        given: Vec<Expression>,
    ) -> Expression {
        let (fewest, most) = match function {
            Function::One(_) => (1, 1),
            Function::Two(_) => (2, 2),
            Function::OneOrTwo(_) => (1, 2),
            Function::Three(_) => (3, 3),
            Function::TwoOrThree(_) => (2, 3),
            Function::Many(_) => (1, usize::MAX),
        };
        if !self.takes(name, given.len(), fewest..=most) {
            return refused();
        }
        let mut given = given.into_iter();
        let mut next = || given.next().unwrap_or(refused());
        match function {
            Function::One(function) => Expression::One(function, Box::new(next())),
            Function::Two(function) | Function::OneOrTwo(function) => {
                Expression::Two(function, Box::new([next(), next()]))
            }
            Function::Three(function) | Function::TwoOrThree(function) => {
                Expression::Three(function, Box::new([next(), next(), next()]))
            }
            Function::Many(function) => Expression::Many(function, given.collect()),
        }
    }

    /// Compiles what is no function of its arguments' values alone.
    fn special(
        &mut self,
        lower: &str,
        name: &Spanned<String>,
        arguments: &[Argument],
        depth: usize,
    ) -> Option<Expression> {
        let (fewest, most) = special(lower)?;
        if !self.takes(name, arguments.len(), fewest..=most) {
            return Some(refused());
        }
        Some(match lower {
            "now" => Expression::Now,
            "coalesce" => Expression::Coalesce(self.all(arguments, depth)),
            "if" | "case" => case(self.all(arguments, depth)),
            "bin" | "datefloor" => self.round(arguments, false, depth),
            "dateceil" => self.round(arguments, true, depth),
            _ => self.regex_replace(arguments, depth),
        })
    }

    fn all(&mut self, arguments: &[Argument], depth: usize) -> Vec<Expression> {
        arguments.iter().map(|argument| self.nested(argument, depth + 1)).collect()
    }

    /// Compiles `bin(5m)` and its like; what is rounded is `@timestamp` if nothing else is.
    fn round(&mut self, arguments: &[Argument], up: bool, depth: usize) -> Expression {
        let Some((last, before)) = arguments.split_last() else { return refused() };
        let Some(period) = self.period(last) else { return refused() };
        let time = match before.first() {
            Some(time) => self.nested(time, depth + 1),
            None => match self.scope.field("@timestamp") {
                Some(slot) => Expression::Slot(slot),
                None => {
                    self.refuse(
                        &last.span,
                        "`bin` rounds `@timestamp`, which no longer exists here",
                        "name the first bin with `as` and round it with `datefloor`",
                    );
                    return refused();
                }
            },
        };
        Expression::Round { time: Box::new(time), period, up }
    }

    fn period(&mut self, argument: &Argument) -> Option<Period> {
        let period = match &argument.node {
            Node::Duration { count, unit } => Period::new(*count, unit),
            Node::Parameter(_) => {
                self.expression(argument);
                return None;
            }
            _ => None,
        };
        if period.is_none() {
            self.refuse(
                &argument.span,
                "this is not a period of time",
                "write one such as `5m` or `1h`",
            );
        }
        period
    }

    fn regex_replace(&mut self, arguments: &[Argument], depth: usize) -> Expression {
        let [operand, pattern, replacement] = arguments else { return refused() };
        let Node::Text(regex) = &pattern.node else {
            self.not_local(
                &pattern.span,
                "a regular expression of `regexReplace` that is not a text is not supported here",
                "write it in quotes",
            );
            return refused();
        };
        let operand = Box::new(self.nested(operand, depth + 1));
        let replacement = Box::new(self.nested(replacement, depth + 1));
        match self.regex(regex, &pattern.span) {
            Some(regex) => Expression::RegexReplace { operand, regex, replacement },
            None => refused(),
        }
    }

    /// Wants the objects and arrays that these fields may be.
    pub(super) fn want_structures(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            if let Node::Field(name) = &argument.node
                && let Some(slot) = self.scope.field(name)
            {
                self.scope.want_structure(slot);
            }
        }
    }

    /// Refuses a function that there is nowhere, or not here.
    fn unknown(&mut self, name: &Spanned<String>) {
        let message = format!("the function `{}` is not supported", name.node);
        if language::functions::Function::named(&name.node).is_some() {
            let remedy = "run the query in CloudWatch; `insights run --help` lists what runs here";
            self.not_local(&name.span, message, remedy);
        } else {
            self.refuse(&name.span, message, "`insights run --help` lists the functions");
        }
    }

    /// Refuses too few or too many arguments for the service, or for what is done here.
    pub(super) fn takes(
        &mut self,
        name: &Spanned<String>,
        given: usize,
        here: RangeInclusive<usize>,
    ) -> bool {
        let known = language::functions::Function::named(&name.node);
        let wanted = known.map_or(&here, |function| &function.arguments);
        if !wanted.contains(&given) {
            let wanted = match (*wanted.start(), *wanted.end()) {
                (fewest, usize::MAX) => format!("at least {fewest}"),
                (fewest, most) if most == fewest => format!("{fewest}"),
                (fewest, most) => format!("{fewest} to {most}"),
            };
            let message = format!("`{}` takes {wanted} arguments, not {given}", name.node);
            self.refuse(&name.span, message, "give as many as it takes");
            return false;
        }
        if !here.contains(&given) {
            let message = format!("`{}` with {given} arguments is not supported here", name.node);
            self.not_local(&name.span, message, "run the query in CloudWatch");
            return false;
        }
        true
    }
}

/// Returns how many arguments a function takes that is not one of its arguments' values alone.
fn special(lower: &str) -> Option<(usize, usize)> {
    Some(match lower {
        "now" => (0, 0),
        "coalesce" => (1, usize::MAX),
        "if" => (2, 3),
        "case" => (2, usize::MAX),
        "bin" => (1, 2),
        "datefloor" | "dateceil" => (2, 2),
        "regexreplace" | "regex_replace" => (3, 3),
        _ => return None,
    })
}

/// Returns whether the compiler itself knows a function, by its name in lower case.
#[cfg(feature = "command")]
pub(crate) fn is_special(lower: &str) -> bool {
    special(lower).is_some()
}

/// Takes conditions and values in turns; a last one without a partner is for when no condition holds.
fn case(arguments: Vec<Expression>) -> Expression {
    let mut arguments = arguments.into_iter();
    let mut cases = Vec::new();
    while let Some(first) = arguments.next() {
        match arguments.next() {
            Some(value) => cases.push((first, value)),
            None => return Expression::Case(cases, Some(Box::new(first))),
        }
    }
    Expression::Case(cases, Some(Box::new(Expression::Literal(Datum::Absent))))
}
