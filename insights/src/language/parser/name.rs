//! Names of fields: letters, digits, `_`, `@` and `.`; anything else between backticks.

use winnow::{Parser, combinator::delimited, stream::Location, token::take_while};

use crate::ast::{Span, Spanned};

use super::{
    Input, ParseError, Parsed,
    space::space,
    token::{at, spanned},
};

/// Whether a name goes on with `character`.
pub(super) fn is_part_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '@' | '.')
}

/// Whether a name begins here.
pub(super) fn begins(input: &Input<'_>) -> bool {
    input.input.starts_with(|first: char| is_part_of_name(first) || first == '`')
        && !input.input.starts_with(|first: char| first.is_ascii_digit() || first == '.')
}

/// Reads a name; `list[0]` becomes `list.0`, as discovery names it.
pub(super) fn name(input: &mut Input<'_>) -> Parsed<Spanned<String>> {
    if !begins(input) {
        return Err(ParseError::unexpected(
            input,
            "write a name; other characters go between backticks",
        ));
    }
    let start = input.current_token_start();
    let mut text = String::new();
    loop {
        text.push_str(take_while(0.., is_part_of_name).parse_next(input)?);
        if at(input, "`") && (text.is_empty() || text.ends_with(['.', '@'])) {
            text.push_str(quoted(input)?);
        } else if at_index(input) {
            text.push('.');
            text.push_str(index(input)?);
        } else {
            break;
        }
    }
    let name = spanned(input, start, text);
    space(input)?;
    Ok(name)
}

/// Reads what may only be a name, such as an alias.
pub(super) fn names(input: &mut Input<'_>) -> Parsed<Vec<Spanned<String>>> {
    super::token::list(input, name)
}

fn quoted<'q>(input: &mut Input<'q>) -> Parsed<&'q str> {
    let start = input.current_token_start();
    let span: Span = start..start + 1;
    delimited('`', take_while(1.., |character| character != '`'), '`').parse_next(input).map_err(
        |_: winnow::error::ErrMode<ParseError>| {
            ParseError::cut(span, "no '`' closes this, or nothing is between them", "add '`'")
        },
    )
}

fn at_index(input: &Input<'_>) -> bool {
    let Some(rest) = input.input.strip_prefix('[') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest[digits..].starts_with(']')
}

fn index<'q>(input: &mut Input<'q>) -> Parsed<&'q str> {
    delimited('[', take_while(1.., |digit: char| digit.is_ascii_digit()), ']').parse_next(input)
}
