//! Texts, regular expressions, numbers, durations and parameters.

use winnow::{
    Parser,
    combinator::{alt, preceded, repeat},
    stream::Location,
    token::{any, literal, none_of, one_of, take_until, take_while},
};

use crate::{
    ast::{Node, Span, Spanned},
    language::units::Unit,
};

use super::{
    Input, ParseError, Parsed,
    name::is_part_of_name,
    parse_error::shortened,
    space::space,
    token::{at, spanned},
};

/// Whether a text in quotes begins here.
pub(super) fn text_begins(input: &Input<'_>) -> bool {
    at(input, "\"") || at(input, "'")
}

/// Reads a text in single or double quotes.
pub(super) fn text(input: &mut Input<'_>) -> Parsed<Spanned<String>> {
    let start = input.current_token_start();
    let quote = one_of(['"', '\'']).parse_next(input)?;
    let piece = alt((escaped, none_of([quote, '\\']).map(String::from)));
    let text = pieces(input, piece)?;
    end(input, quote, start..start + 1)?;
    finished(input, start, text)
}

/// Reads a regular expression between slashes.
pub(super) fn regex(input: &mut Input<'_>) -> Parsed<Spanned<String>> {
    let start = input.current_token_start();
    literal('/').parse_next(input)?;
    let slash = literal("\\/").value("/".to_owned());
    let escape = preceded('\\', any).map(|escaped| format!("\\{escaped}"));
    let piece = alt((slash, escape, none_of(['/', '\\']).map(String::from)));
    let regex = pieces(input, piece)?;
    end(input, '/', start..start + 1)?;
    finished(input, start, regex)
}

/// Reads `{{name}}`.
pub(super) fn parameter(input: &mut Input<'_>) -> Parsed<Spanned<String>> {
    let start = input.current_token_start();
    let unclosed = || {
        let remedy = "a parameter looks like '{{name}}': letters, digits and '_'";
        ParseError::cut(start..start + 1, "invalid parameter", remedy)
    };
    let name = preceded("{{", take_until(1.., "}}"))
        .parse_next(input)
        .map_err(|_: winnow::error::ErrMode<ParseError>| unclosed())?;
    literal("}}").parse_next(input)?;
    if !is_parameter_name(name) {
        return Err(unclosed());
    }
    finished(input, start, name.to_owned())
}

/// By `QueryParameter` of the API.
fn is_parameter_name(name: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    name.chars().all(is_part) && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// Reads a number, or a duration such as `5m`.
pub(super) fn number(input: &mut Input<'_>) -> Parsed<Spanned<Node>> {
    let start = input.current_token_start();
    let word = take_while(1.., is_part_of_name).parse_next(input)?;
    let sign = word.ends_with(['e', 'E']) && is_number(word.trim_end_matches(['e', 'E']));
    let exponent = if sign { signed_digits(input)? } else { "" };
    let node = number_node(&format!("{word}{exponent}")).ok_or_else(|| {
        let message = format!("'{}' is neither a number nor a duration", shortened(word));
        let remedy = "units are ms, s, m, h, d, w, mo, q and y; a name that starts with a digit goes between backticks";
        ParseError::cut(start..start + word.len(), message, remedy)
    })?;
    finished(input, start, node)
}

fn number_node(word: &str) -> Option<Node> {
    if is_number(word) {
        return word.parse().ok().filter(|number: &f64| number.is_finite()).map(Node::Number);
    }
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = word.split_at(digits);
    let unit = Unit::named(unit)?.short.to_owned();
    Some(Node::Duration { count: count.parse().ok()?, unit })
}

fn is_number(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b".eE+-".contains(&byte);
    word.bytes().all(is_part) && word.parse::<f64>().is_ok()
}

fn signed_digits<'q>(input: &mut Input<'q>) -> Parsed<&'q str> {
    if !at(input, "-") && !at(input, "+") {
        return Ok("");
    }
    (one_of(['-', '+']), take_while(0.., |digit: char| digit.is_ascii_digit()))
        .take()
        .parse_next(input)
}

fn pieces<'q>(
    input: &mut Input<'q>,
    piece: impl Parser<Input<'q>, String, winnow::error::ErrMode<ParseError>>,
) -> Parsed<String> {
    repeat(0.., piece)
        .fold(String::new, |mut text, piece: String| {
            text.push_str(&piece);
            text
        })
        .parse_next(input)
}

fn escaped(input: &mut Input<'_>) -> Parsed<String> {
    let escaped = preceded('\\', any).parse_next(input)?;
    Ok(match escaped {
        '"' | '\'' | '\\' | '/' => escaped.to_string(),
        'n' => "\n".to_owned(),
        'r' => "\r".to_owned(),
        't' => "\t".to_owned(),
        other => format!("\\{other}"),
    })
}

fn end(input: &mut Input<'_>, quote: char, open: Span) -> Parsed<()> {
    if input.input.starts_with(quote) {
        return literal(quote).void().parse_next(input);
    }
    let message = format!("no '{quote}' closes this");
    Err(ParseError::cut(open, message, format!("add '{quote}', or write '\\{quote}' inside")))
}

fn finished<T>(input: &mut Input<'_>, start: usize, node: T) -> Parsed<Spanned<T>> {
    let found = spanned(input, start, node);
    space(input)?;
    Ok(found)
}
