//! Commands that are not run here: their text is skipped.

use winnow::{
    Parser,
    stream::Location,
    token::{any, take_while},
};

use crate::ast::{Command, Span};

use super::{
    Fault, Input, Parsed, literal,
    name::is_part_of_name,
    space::space,
    token::{at, at_word, is_end, taken, word_taken},
};

/// Skips the rest of a command and keeps its name.
pub(super) fn foreign(input: &mut Input<'_>, name: impl Into<String>) -> Parsed<Command> {
    skipped(input)?;
    Ok(Command::Foreign(name.into()))
}

/// Goes on to the next pipe that stands outside of quotes and parentheses.
pub(super) fn skipped(input: &mut Input<'_>) -> Parsed<()> {
    let mut open: Vec<Span> = Vec::new();
    while !input.input.is_empty() && !(open.is_empty() && is_end(input)) {
        if let Some(span) = opened(input)? {
            open.push(span);
        } else if closes(input)? {
            open.pop();
        } else {
            piece(input)?;
        }
    }
    match open.pop() {
        Some(span) => Err(Fault::cut(span, "nothing closes this", "add what closes it")),
        None => Ok(()),
    }
}

fn opened(input: &mut Input<'_>) -> Parsed<Option<Span>> {
    if at(input, "(") { taken(input, "(") } else { taken(input, "[") }
}

fn closes(input: &mut Input<'_>) -> Parsed<bool> {
    Ok(taken(input, ")")?.is_some() || taken(input, "]")?.is_some())
}

fn piece(input: &mut Input<'_>) -> Parsed<()> {
    if literal::text_begins(input) {
        return literal::text(input).map(drop);
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
    let start = input.current_token_start();
    word_taken(input, "like")?;
    taken(input, "=~")?;
    debug_assert!(input.current_token_start() > start);
    if at(input, "/") { literal::regex(input).map(drop) } else { Ok(()) }
}
