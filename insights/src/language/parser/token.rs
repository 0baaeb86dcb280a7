//! The smallest pieces; each takes the space after it with it.

use winnow::{Parser, ascii::Caseless, stream::Location, token::literal};

use crate::ast::{Span, Spanned};

use super::{Input, ParseError, Parsed, name::is_part_of_name, space::space};

/// Whether the text goes on with `symbol`.
pub(super) fn at(input: &Input<'_>, symbol: &str) -> bool {
    input.input.starts_with(symbol)
}

/// Takes `symbol` if the text goes on with it.
pub(super) fn taken(input: &mut Input<'_>, symbol: &'static str) -> Parsed<Option<Span>> {
    if !at(input, symbol) {
        return Ok(None);
    }
    let span = literal(symbol).span().parse_next(input)?;
    space(input)?;
    Ok(Some(span))
}

/// Whether the text goes on with the word `word`, in any case.
pub(super) fn at_word(input: &Input<'_>, word: &str) -> bool {
    let text: &str = input.input.as_ref();
    let (Some(start), Some(rest)) = (text.get(..word.len()), text.get(word.len()..)) else {
        return false;
    };
    start.eq_ignore_ascii_case(word) && !rest.starts_with(is_part_of_name)
}

/// Takes the word `word` if the text goes on with it.
pub(super) fn word_taken(input: &mut Input<'_>, word: &'static str) -> Parsed<Option<Span>> {
    if !at_word(input, word) {
        return Ok(None);
    }
    let span = literal(Caseless(word)).span().parse_next(input)?;
    space(input)?;
    Ok(Some(span))
}

/// Takes `close`, which ends what `open` began.
pub(super) fn closed(input: &mut Input<'_>, open: Span, close: &'static str) -> Parsed<usize> {
    if let Some(span) = taken(input, close)? {
        return Ok(span.end);
    }
    if is_end(input) {
        return Err(ParseError::cut(
            open,
            format!("no '{close}' closes this"),
            format!("add '{close}'"),
        ));
    }
    Err(ParseError::unexpected(input, &format!("write an operator, ',' or '{close}' before it")))
}

/// Takes a list of what `item` reads, separated by commas.
pub(super) fn list<'q, T>(
    input: &mut Input<'q>,
    mut item: impl FnMut(&mut Input<'q>) -> Parsed<T>,
) -> Parsed<Vec<T>> {
    let mut items = vec![item(input)?];
    while taken(input, ",")?.is_some() {
        items.push(item(input)?);
    }
    Ok(items)
}

/// Whether a command ends here.
pub(super) fn is_end(input: &Input<'_>) -> bool {
    at(input, "|") || input.input.is_empty()
}

/// Puts `node` between `start` and where the parser is.
pub(super) fn spanned<T>(input: &Input<'_>, start: usize, node: T) -> Spanned<T> {
    Spanned { node, span: start..input.current_token_start() }
}
