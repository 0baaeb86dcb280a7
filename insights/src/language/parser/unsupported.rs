//! Commands that are not run here: their text is skipped.

use winnow::{
    Parser,
    token::{any, take_while},
};

use crate::ast::{Command, Span};

use super::{
    Input, ParseError, Parsed, literal,
    name::{self, is_part_of_name},
    space::space,
    token::{at, at_word, is_end, taken, word_taken},
};

/// Skips the rest of a command and keeps its name.
pub(super) fn unsupported(input: &mut Input<'_>, name: impl Into<String>) -> Parsed<Command> {
    skipped(input)?;
    Ok(Command::Foreign(name.into()))
}

/// Goes on to the next pipe that stands outside of quotes and parentheses.
pub(super) fn skipped(input: &mut Input<'_>) -> Parsed<()> {
    let mut open: Vec<Span> = Vec::new();
    while !(input.input.is_empty() || open.is_empty() && is_end(input)) {
        if let Some(span) = opened(input)? {
            open.push(span);
        } else if at(input, ")") || at(input, "]") {
            closed(input, &mut open)?;
        } else {
            piece(input)?;
        }
    }
    match open.pop() {
        Some(span) => Err(ParseError::cut(span, "nothing closes this", "add what closes it")),
        None => Ok(()),
    }
}

fn opened(input: &mut Input<'_>) -> Parsed<Option<Span>> {
    if at(input, "(") { taken(input, "(") } else { taken(input, "[") }
}

fn closed(input: &mut Input<'_>, open: &mut Vec<Span>) -> Parsed<()> {
    if open.pop().is_none() {
        return Err(ParseError::unexpected(input, "take it away"));
    }
    let sign = if at(input, ")") { ")" } else { "]" };
    taken(input, sign).map(drop)
}

fn piece(input: &mut Input<'_>) -> Parsed<()> {
    if literal::text_begins(input) {
        return literal::text(input).map(drop);
    }
    if at(input, "`") {
        return name::name(input).map(drop);
    }
    if at_word(input, "like") || at(input, "=~") {
        return pattern(input);
    }
    let word = take_while(0.., is_part_of_name).parse_next(input)?;
    if word.is_empty() {
        any.void().parse_next(input)?;
    }
    space(input)
}

fn pattern(input: &mut Input<'_>) -> Parsed<()> {
    word_taken(input, "like")?;
    taken(input, "=~")?;
    if at(input, "/") { literal::regex(input).map(drop) } else { Ok(()) }
}
