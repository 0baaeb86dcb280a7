//! The command `parse`.

use winnow::stream::Location;

use crate::ast::{Command, Expression, Node, Parse, ParsePattern, Span, Spanned};

use super::{
    Input, ParseError, Parsed,
    expression::{map, primary},
    literal, name,
    token::{at, at_word, is_end, word_taken},
    unsupported::unsupported,
};

/// Reads what stands after `parse`.
pub(super) fn parse(input: &mut Input<'_>) -> Parsed<Command> {
    let start = input.current_token_start();
    let source = source(input)?;
    for mode in ["logfmt", "csv"] {
        if at_word(input, mode) {
            return unsupported(input, format!("parse … {mode}"));
        }
    }
    let pattern = pattern(input)?;
    let names = match word_taken(input, "as")? {
        Some(_) => name::names(input)?,
        None => Vec::new(),
    };
    if at_word(input, "multi") {
        return unsupported(input, "parse … multi");
    }
    let source = source.unwrap_or_else(|| message(start..start));
    Ok(Command::Parse(Parse { source, pattern, names }))
}

fn source(input: &mut Input<'_>) -> Parsed<Option<Expression>> {
    if at_word(input, "logfmt") || at_word(input, "csv") || pattern_begins(input)? {
        return Ok(None);
    }
    primary(input).map(Some)
}

fn pattern_begins(input: &Input<'_>) -> Parsed<bool> {
    if at(input, "/") || literal::text_begins(input) {
        return Ok(true);
    }
    if !at(input, "{") {
        return Ok(false);
    }
    let mut ahead = input.clone();
    literal::parameter(&mut ahead)?;
    Ok(is_end(&ahead) || at_word(&ahead, "as"))
}

fn pattern(input: &mut Input<'_>) -> Parsed<Spanned<ParsePattern>> {
    if at(input, "/") {
        return Ok(map(literal::regex(input)?, ParsePattern::Regex));
    }
    if literal::text_begins(input) {
        return Ok(map(literal::text(input)?, ParsePattern::Glob));
    }
    if at(input, "{") {
        let as_glob = |name| ParsePattern::Glob(format!("{{{{{name}}}}}"));
        return Ok(map(literal::parameter(input)?, as_glob));
    }
    Err(ParseError::unexpected(input, "write a text with '*' in quotes, or '/(?<name>…)/'"))
}

fn message(span: Span) -> Expression {
    Spanned { node: Node::Field("@message".to_owned()), span }
}
