//! Expressions, by how closely their operators bind.

use winnow::stream::Location;

use crate::ast::{Expression, LikePattern, Node, Span, Spanned, UnaryOperator};

use super::{
    Input, ParseError, Parsed, call, literal,
    operator::{LOOSEST, MINUS, NOT, Operator},
    token::{at, at_word, closed, list, taken, word_taken},
};

/// Reads an expression.
pub(super) fn expression(input: &mut Input<'_>) -> Parsed<Expression> {
    deeper(input, |input| climb(input, LOOSEST))
}

/// Reads a field, a literal, a call, or what parentheses hold.
pub(super) fn primary(input: &mut Input<'_>) -> Parsed<Expression> {
    if literal::text_begins(input) {
        return Ok(map(literal::text(input)?, Node::Text));
    }
    if at(input, "{") {
        return Ok(map(literal::parameter(input)?, Node::Parameter));
    }
    if at(input, "(") {
        return parentheses(input);
    }
    if at(input, "/") {
        let remedy = "write regular expressions only after 'like', '=~' or 'parse field'";
        return Err(ParseError::unexpected(input, remedy));
    }
    if input.input.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return literal::number(input);
    }
    call::field_or_call(input)
}

/// Reads what `like` looks for.
pub(super) fn like_pattern(input: &mut Input<'_>) -> Parsed<Spanned<LikePattern>> {
    if at(input, "/") {
        return Ok(map(literal::regex(input)?, LikePattern::Regex));
    }
    if literal::text_begins(input) {
        return Ok(map(literal::text(input)?, LikePattern::Text));
    }
    if at(input, "{") {
        let as_text = |name| LikePattern::Text(format!("{{{{{name}}}}}"));
        return Ok(map(literal::parameter(input)?, as_text));
    }
    Err(ParseError::unexpected(
        input,
        "write a text in quotes or a regular expression between slashes",
    ))
}

/// Puts what stands in a place into something else.
pub(super) fn map<T, U>(found: Spanned<T>, change: impl FnOnce(T) -> U) -> Spanned<U> {
    Spanned { node: change(found.node), span: found.span }
}

fn deeper<'q, T>(
    input: &mut Input<'q>,
    read: impl FnOnce(&mut Input<'q>) -> Parsed<T>,
) -> Parsed<T> {
    let start = input.current_token_start();
    input.state.enter(start..start + 1)?;
    let found = read(input)?;
    input.state.leave();
    Ok(found)
}

fn climb(input: &mut Input<'_>, loosest: u8) -> Parsed<Expression> {
    let mut left = prefixed(input)?;
    while let Some((operator, after)) = Operator::next(input)? {
        if operator.power() < loosest {
            break;
        }
        let start = input.current_token_start();
        *input = after;
        input.state.part(start..start + 1)?;
        left = joined(input, left, operator)?;
    }
    Ok(left)
}

fn joined(input: &mut Input<'_>, left: Expression, operator: Operator) -> Parsed<Expression> {
    let start = left.span.start;
    let operand = Box::new(left);
    let (node, end) = match operator {
        Operator::Binary(operator_) => {
            let right = deeper(input, |input| climb(input, operator.right_power()))?;
            let end = right.span.end;
            (Node::Binary(operator_, operand, Box::new(right)), end)
        }
        Operator::In { negated } => {
            let Spanned { node: list, span } = choices(input)?;
            (Node::In { operand, list, negated }, span.end)
        }
        Operator::Like { negated } => {
            let pattern = like_pattern(input)?;
            let end = pattern.span.end;
            (Node::Like { operand, pattern, negated }, end)
        }
    };
    Ok(Spanned { node, span: start..end })
}

fn choices(input: &mut Input<'_>) -> Parsed<Spanned<Vec<Expression>>> {
    if at(input, "{") {
        let parameter = map(literal::parameter(input)?, Node::Parameter);
        return Ok(Spanned { span: parameter.span.clone(), node: vec![parameter] });
    }
    let start = input.current_token_start();
    if let Some(open) = taken(input, "[")? {
        let list = if at(input, "]") { Vec::new() } else { list(input, expression)? };
        let end = closed(input, open, "]")?;
        return Ok(Spanned { node: list, span: start..end });
    }
    subquery(input)
}

fn subquery(input: &mut Input<'_>) -> Parsed<Spanned<Vec<Expression>>> {
    let mut ahead = input.clone();
    let opened = taken(&mut ahead, "(")?.is_some();
    let commands = ["source", "fields", "filter", "where", "stats", "parse"];
    if opened && commands.iter().any(|command| at_word(&ahead, command)) {
        input.state.subquery = true;
    }
    Err(ParseError::unexpected(input, "write the choices between '[' and ']'"))
}

fn prefixed(input: &mut Input<'_>) -> Parsed<Expression> {
    if let Some(not) = word_taken(input, "not")? {
        return unary(input, not, UnaryOperator::Not, NOT);
    }
    if at(input, "!") && !at(input, "!=") && !at(input, "!~") {
        return negation(input);
    }
    if let Some(minus) = taken(input, "-")? {
        return unary(input, minus, UnaryOperator::Minus, MINUS);
    }
    primary(input)
}

/// `!` is not documented, but published dashboards use it; it binds as closely as a minus.
fn negation(input: &mut Input<'_>) -> Parsed<Expression> {
    let start = input.current_token_start();
    let sign = taken(input, "!")?.unwrap_or(start..start);
    unary(input, sign, UnaryOperator::Not, MINUS)
}

fn unary(
    input: &mut Input<'_>,
    place: Span,
    operator: UnaryOperator,
    loosest: u8,
) -> Parsed<Expression> {
    input.state.part(place.clone())?;
    let operand = deeper(input, |input| climb(input, loosest))?;
    let span = place.start..operand.span.end;
    let node = match (operator, &operand.node) {
        (UnaryOperator::Minus, Node::Number(number)) => Node::Number(-number),
        _ => Node::Unary(operator, Box::new(operand)),
    };
    Ok(Spanned { node, span })
}

fn parentheses(input: &mut Input<'_>) -> Parsed<Expression> {
    let start = input.current_token_start();
    let open = taken(input, "(")?.unwrap_or(start..start);
    input.state.part(open.clone())?;
    let inner = expression(input)?;
    let end = closed(input, open, ")")?;
    Ok(Spanned { node: inner.node, span: start..end })
}
