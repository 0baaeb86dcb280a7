//! From expressions to expressions of slots.

use regex::Regex;

use super::{Compiler, refused};
use crate::{
    ast::{self, BinaryOperator, LikePattern, Node, Span, UnaryOperator},
    engine::{
        Datum,
        expression::{Arithmetic, Comparison, Expression, Like, form},
    },
    language::names::compile,
};

/// How deep expressions may be nested, so that evaluating them needs a bounded stack.
const DEEPEST: usize = 200;

impl Compiler<'_> {
    /// Compiles an expression; what is refused is absent in what comes out.
    pub(super) fn expression(&mut self, expression: &ast::Expression) -> Expression {
        self.nested(expression, 0)
    }

    pub(super) fn nested(&mut self, expression: &ast::Expression, depth: usize) -> Expression {
        let span = &expression.span;
        if depth > DEEPEST {
            let remedy = "split it over several `fields`";
            self.refuse(span, "the expression is nested too deeply", remedy);
            return refused();
        }
        match &expression.node {
            Node::Field(name) => self.field(name, span),
            Node::Number(number) => Expression::Literal(Datum::number(*number)),
            Node::Text(text) => Expression::Literal(Datum::text_of(text.clone())),
            Node::Bool(flag) => Expression::Literal(Datum::Flag(*flag)),
            Node::Null => Expression::Literal(Datum::Absent),
            Node::Call { name, arguments } => self.call(name, arguments, span, depth),
            Node::Unary(operator, operand) => {
                let operand = Box::new(self.nested(operand, depth + 1));
                match operator {
                    UnaryOperator::Minus => Expression::Minus(operand),
                    UnaryOperator::Not => Expression::Not(operand),
                }
            }
            Node::Binary(operator, a, b) => self.binary(expression, (*operator, a, b), depth),
            Node::In { operand, list, negated } => {
                let operand = Box::new(self.nested(operand, depth + 1));
                let list = list.iter().map(|item| self.nested(item, depth + 1)).collect();
                Expression::In { operand, list, negated: *negated }
            }
            Node::Like { operand, pattern, negated } => {
                let operand = Box::new(self.nested(operand, depth + 1));
                match self.like(&pattern.node, &pattern.span) {
                    Some(pattern) => Expression::Like { operand, pattern, negated: *negated },
                    None => refused(),
                }
            }
            other => self.misplaced(other, span),
        }
    }

    fn misplaced(&mut self, node: &Node, span: &Span) -> Expression {
        match node {
            Node::Parameter(name) => self.not_local(
                span,
                format!("the parameter `{{{{{name}}}}}` has no value"),
                "put a value in its place",
            ),
            Node::Star => self.refuse(span, "`*` is only valid in `count(*)`", "write `count(*)`"),
            Node::Duration { count, unit } => self.refuse(
                span,
                format!("the duration `{count}{unit}` is neither a period nor added to a time"),
                "write a number",
            ),
            _ => {
                self.not_local(span, "this expression is not supported", "write it in another way");
            }
        }
        refused()
    }

    /// Compiles a chain of operators of one rank without going deeper with each.
    fn binary(
        &mut self,
        whole: &ast::Expression,
        (operator, a, b): (BinaryOperator, &ast::Expression, &ast::Expression),
        depth: usize,
    ) -> Expression {
        if matches!(operator, BinaryOperator::And | BinaryOperator::Or) {
            let operands = chain(whole, operator);
            let operands =
                operands.into_iter().map(|operand| self.nested(operand, depth + 1)).collect();
            return match operator {
                BinaryOperator::And => Expression::All(operands),
                _ => Expression::Any(operands),
            };
        }
        let is_sum = matches!(operator, BinaryOperator::Add | BinaryOperator::Subtract);
        let mut operand = |part: &ast::Expression| match millis(part).filter(|_| is_sum) {
            Some(millis) => Expression::Literal(Datum::Number(millis)),
            None => self.nested(part, depth + 1),
        };
        let (a, b) = (operand(a), operand(b));
        let (a, b) = (Box::new(a), Box::new(b));
        match (Comparison::of(operator), Arithmetic::of(operator)) {
            (Some(comparison), _) => Expression::Compare(comparison, a, b),
            (_, Some(arithmetic)) => Expression::Arithmetic(arithmetic, a, b),
            _ => refused(),
        }
    }

    /// Compiles a name: one of the query's, what stands below one, or a field of the event.
    fn field(&mut self, name: &str, span: &Span) -> Expression {
        if !self.scope.is_given(name)
            && let Some((slot, path)) = self.scope.below_name(name)
        {
            self.scope.want_structure(slot);
            let path = Expression::Path(slot, path.to_owned());
            return match self.scope.fallback(name) {
                // The event may have a field of that name, whatever the query called the first part of it.
                Some(slot) => Expression::Coalesce(vec![path, Expression::Slot(slot)]),
                None => path,
            };
        }
        if let Some(slot) = self.scope.field(name).or_else(|| self.scope.computed(name)) {
            return Expression::Slot(slot);
        }
        let (message, remedy) = if self.scope.gathering.is_some() {
            (format!("`{name}` is neither in an aggregate nor in `by`"), "put it in one of them")
        } else {
            (
                format!("`{name}` no longer exists here"),
                "name it in the `stats` before, or in its `by`",
            )
        };
        self.refuse(span, message, remedy);
        refused()
    }

    /// Refuses a parameter in a text: what comes in its place decides whether the text is right.
    pub(super) fn has_parameter(&mut self, text: &str, span: &Span) -> bool {
        let parameter = text.split_once("{{").and_then(|(_, rest)| rest.split_once("}}"));
        if let Some((name, _)) = parameter {
            self.misplaced(&Node::Parameter(name.to_owned()), span);
        }
        parameter.is_some()
    }

    fn like(&mut self, pattern: &LikePattern, span: &Span) -> Option<Like> {
        match pattern {
            LikePattern::Text(text) => match form(text) {
                Some(regex) => self.regex(&regex, span).map(Like::Regex),
                None => Some(Like::part(text)),
            },
            LikePattern::Regex(regex) => self.regex(regex, span).map(Like::Regex),
        }
    }

    /// Compiles a regular expression, of which what it may cost is bounded.
    pub(super) fn regex(&mut self, regex: &str, span: &Span) -> Option<Regex> {
        self.named_regex(regex, span).map(|(regex, _)| regex)
    }

    /// Compiles a regular expression; returns the names of its groups too.
    pub(super) fn named_regex(
        &mut self,
        regex: &str,
        span: &Span,
    ) -> Option<(Regex, Vec<Option<String>>)> {
        if self.has_parameter(regex, span) {
            return None;
        }
        match compile(regex) {
            Ok(regex) => Some(regex),
            Err(error) => {
                let error = error.to_string();
                let reason = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.refuse(
                    span,
                    format!("the regular expression does not compile: {reason}"),
                    "look-around and back-references are not supported; anything else is as in Rust's `regex`",
                );
                None
            }
        }
    }
}

/// Returns how many milliseconds a duration has, unless that depends on the calendar.
fn millis(expression: &ast::Expression) -> Option<f64> {
    let Node::Duration { count, unit } = &expression.node else { return None };
    let unit = match unit.as_str() {
        "ms" => 1.0,
        "s" => 1e3,
        "m" => 60e3,
        "h" => 3_600e3,
        "d" => 86_400e3,
        "w" => 604_800e3,
        _ => return None,
    };
    Some(*count as f64 * unit)
}

/// Returns the operands of a chain of the same operator, the first one first.
fn chain(whole: &ast::Expression, operator: BinaryOperator) -> Vec<&ast::Expression> {
    let mut operands = Vec::new();
    let mut left = vec![whole];
    while let Some(next) = left.pop() {
        match &next.node {
            Node::Binary(other, a, b) if *other == operator => left.extend([&**b, &**a]),
            _ => operands.push(next),
        }
    }
    operands
}
