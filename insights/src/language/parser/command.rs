//! The commands, each by its name.

use winnow::{Parser, stream::Location, token::take_while};

use crate::{
    ast::{Command, Expression, Node, Projection, SortKey, Spanned},
    language::commands::{COMMANDS, FOREIGN},
    suggest::suggest,
};

use super::{
    Input, ParseError, Parsed,
    expression::expression,
    extract, name,
    parse_error::shortened,
    space::space,
    stats,
    token::{at, list, word_taken},
    unsupported::unsupported,
};

/// Reads a command.
pub(super) fn command(input: &mut Input<'_>) -> Parsed<Spanned<Command>> {
    let start = input.current_token_start();
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let word = take_while(0.., is_part).parse_next(input)?.to_owned();
    let rest = input.clone();
    let node = match body(input, start, &word) {
        Err(_) if input.state.subquery => {
            *input = rest;
            unsupported(input, "subquery")?
        }
        read => read?,
    };
    Ok(Spanned { node, span: start..input.state.end.max(start) })
}

/// Reads an expression and its alias.
pub(super) fn projection(input: &mut Input<'_>) -> Parsed<Projection> {
    let expression = expression(input)?;
    let alias = match word_taken(input, "as")? {
        Some(_) => Some(name::name(input)?),
        None => None,
    };
    let text = text_of(input.state.query, &expression);
    Ok(Projection { expression, alias, text })
}

fn body(input: &mut Input<'_>, start: usize, word: &str) -> Parsed<Command> {
    let lower = word.to_ascii_lowercase();
    if let Some(name) = FOREIGN.iter().find(|name| **name == lower) {
        space(input)?;
        return unsupported(input, *name);
    }
    if !COMMANDS.contains(&lower.as_str()) {
        return Err(unknown(input, start, word));
    }
    space(input)?;
    Ok(match lower.as_str() {
        "fields" => Command::Fields(list(input, projection)?),
        "display" => Command::Display(list(input, projection)?),
        "stats" => return stats::stats(input),
        "sort" | "order" => sort(input)?,
        "limit" | "head" => return limit(input, &lower),
        "parse" => return extract::parse(input),
        "dedup" => Command::Dedup(name::names(input)?),
        "pattern" => Command::Pattern(expression(input)?),
        "unnest" => unnest(input)?,
        _ => Command::Filter(expression(input)?),
    })
}

fn unknown(input: &Input<'_>, start: usize, word: &str) -> winnow::error::ErrMode<ParseError> {
    if word.is_empty() {
        return ParseError::unexpected(
            input,
            "write a command between two pipes: 'filter', 'stats'…",
        );
    }
    let remedy = match suggest(word, COMMANDS.iter().chain(FOREIGN).copied()) {
        Some(known) => format!("did you mean '{known}'?"),
        None => format!("commands are {}", COMMANDS.join(", ")),
    };
    ParseError::cut(
        start..start + word.len(),
        format!("unknown command '{}'", shortened(word)),
        remedy,
    )
}

fn sort(input: &mut Input<'_>) -> Parsed<Command> {
    word_taken(input, "by")?;
    Ok(Command::Sort(list(input, sort_key)?))
}

fn sort_key(input: &mut Input<'_>) -> Parsed<SortKey> {
    let expression = expression(input)?;
    let descending = word_taken(input, "desc")?.is_some();
    if !descending {
        word_taken(input, "asc")?;
    }
    Ok(SortKey { expression, descending })
}

fn limit(input: &mut Input<'_>, word: &str) -> Parsed<Command> {
    word_taken(input, "any")?;
    if at(input, "{") {
        return unsupported(input, format!("{word} with a parameter"));
    }
    let start = input.current_token_start();
    let digits = take_while(0.., |digit: char| digit.is_ascii_digit()).parse_next(input)?;
    if digits.is_empty() || input.input.starts_with(name::is_part_of_name) {
        return Err(ParseError::unexpected(input, "write how many rows, as a whole number"));
    }
    space(input)?;
    let too_large =
        |_| ParseError::cut(start..start + digits.len(), "this is too many rows", "write less");
    Ok(Command::Limit(digits.parse().map_err(too_large)?))
}

fn unnest(input: &mut Input<'_>) -> Parsed<Command> {
    let field = expression(input)?;
    if word_taken(input, "into")?.is_none() {
        return Err(ParseError::unexpected(input, "write 'into' and the name of an element"));
    }
    Ok(Command::Unnest { field, into: name::name(input)? })
}

fn text_of(query: &str, expression: &Expression) -> String {
    if let Node::Field(name) = &expression.node {
        return name.clone();
    }
    let text = query.get(expression.span.clone()).unwrap_or_default();
    if text.contains('\n') {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}
