//! Fields, constants and calls of functions.

use winnow::stream::Location;

use crate::ast::{Expression, Node, Spanned};

use super::{
    Input, ParseError, Parsed,
    expression::{expression, map},
    name,
    token::{at, at_word, closed, list, spanned, taken, word_taken},
};

// Words that are part of a command, so that they name no field.
const RESERVED: &[&str] = &["and", "or", "not", "in", "like", "as", "by", "asc", "desc"];

/// Reads a name, and its arguments if it has some.
pub(super) fn field_or_call(input: &mut Input<'_>) -> Parsed<Expression> {
    if !name::begins(input) || RESERVED.iter().any(|word| at_word(input, word)) {
        return Err(ParseError::unexpected(input, "write a field, a value or a function here"));
    }
    if let Some(word) = constant(input)? {
        return Ok(word);
    }
    let is_quoted = at(input, "`");
    let name = name::name(input)?;
    if at(input, "(") && !is_quoted {
        return call(input, name);
    }
    Ok(map(name, Node::Field))
}

fn constant(input: &mut Input<'_>) -> Parsed<Option<Expression>> {
    let constants =
        [("true", Node::Bool(true)), ("false", Node::Bool(false)), ("null", Node::Null)];
    for (word, node) in constants {
        if let Some(span) = word_taken(input, word)? {
            return Ok(Some(Spanned { node, span }));
        }
    }
    Ok(None)
}

fn call(input: &mut Input<'_>, name: Spanned<String>) -> Parsed<Expression> {
    input.state.part(name.span.clone())?;
    let start = input.current_token_start();
    let open = taken(input, "(")?.unwrap_or(start..start);
    let arguments = arguments(input)?;
    let end = closed(input, open, ")")?;
    let span = name.span.start..end;
    Ok(Spanned { node: Node::Call { name, arguments }, span })
}

fn arguments(input: &mut Input<'_>) -> Parsed<Vec<Expression>> {
    if at(input, ")") {
        return Ok(Vec::new());
    }
    let start = input.current_token_start();
    if taken(input, "*")?.is_some() {
        let mut star = spanned(input, start, Node::Star);
        star.span.end = start + 1;
        return Ok(vec![star]);
    }
    list(input, expression)
}
