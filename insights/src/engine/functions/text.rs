//! Functions of texts.

use std::borrow::Cow;

use super::{Function, flag};
use crate::engine::{Datum, datum::LONGEST};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "ispresent" => Function::One(|x| Datum::Flag(x.is_present())),
        // Nothing is masked outside of the service.
        "unmask" => Function::One(|x| x),
        "isempty" => Function::One(|x| flag(x.text().is_none_or(|text| text.is_empty()))),
        "isblank" => Function::One(|x| flag(x.text().is_none_or(|text| text.trim().is_empty()))),
        "concat" => Function::Many(concat),
        "strlen" => Function::One(strlen),
        "toupper" => Function::One(|x| map(x, str::to_uppercase)),
        "tolower" => Function::One(|x| map(x, str::to_lowercase)),
        "trim" => {
            Function::OneOrTwo(|x, of| trim(x, &of, str::trim, |text, of| text.trim_matches(of)))
        }
        "ltrim" => Function::OneOrTwo(|x, of| {
            trim(x, &of, str::trim_start, |text, of| text.trim_start_matches(of))
        }),
        "rtrim" => Function::OneOrTwo(|x, of| {
            trim(x, &of, str::trim_end, |text, of| text.trim_end_matches(of))
        }),
        "substr" => Function::TwoOrThree(substr),
        "replace" => Function::Three(replace),
        "strcontains" => {
            Function::Two(|x, part| flag(compare(&x, &part, |text, part| text.contains(part))))
        }
        "startswith" => {
            Function::Two(|x, part| flag(compare(&x, &part, |text, part| text.starts_with(part))))
        }
        "endswith" => {
            Function::Two(|x, part| flag(compare(&x, &part, |text, part| text.ends_with(part))))
        }
        "split" => Function::Two(split),
        _ => return None,
    })
}

/// Omits absent values.
fn concat(parts: Vec<Datum<'_>>) -> Datum<'_> {
    let length: usize = parts.iter().filter_map(Datum::text).map(|text| text.len()).sum();
    if length > LONGEST {
        return Datum::Absent;
    }
    Datum::Text(parts.into_iter().filter_map(Datum::into_text).collect::<String>().into())
}

fn strlen(x: Datum<'_>) -> Datum<'_> {
    x.text().map_or(Datum::Absent, |text| Datum::Number(text.chars().count() as f64))
}

fn map<'e>(x: Datum<'e>, change: impl Fn(&str) -> String) -> Datum<'e> {
    x.text().map_or(Datum::Absent, |text| Datum::Text(change(&text).into()))
}

/// Removes whitespace, or any of the given characters.
fn trim<'e>(
    x: Datum<'e>,
    of: &Datum<'e>,
    blank: for<'t> fn(&'t str) -> &'t str,
    these: for<'t> fn(&'t str, &[char]) -> &'t str,
) -> Datum<'e> {
    let these_chars = of.text().map(|of| of.chars().collect::<Vec<_>>());
    narrow(x, |text| match &these_chars {
        Some(of) => these(text, of),
        None => blank(text),
    })
}

/// Counts characters from 0; without a length to the end.
fn substr<'e>(x: Datum<'e>, start: Datum<'e>, length: Datum<'e>) -> Datum<'e> {
    let Some(start) = start.as_number().filter(|start| *start >= 0.0) else { return Datum::Absent };
    let length = length.as_number().map_or(usize::MAX, |length| length as usize);
    narrow(x, |text| {
        let text = skip(text, start as usize);
        &text[..text.len() - skip(text, length).len()]
    })
}

fn skip(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or("", |(at, _)| &text[at..])
}

fn replace<'e>(x: Datum<'e>, part: Datum<'e>, by: Datum<'e>) -> Datum<'e> {
    let (Some(part), Some(by)) = (part.text(), by.text()) else { return Datum::Absent };
    if part.is_empty() {
        return x.clone();
    }
    let most = x.text().map_or(0, |text| text.len() + text.matches(&*part).count() * by.len());
    if most > LONGEST {
        return Datum::Absent;
    }
    map(x, |text| text.replace(&*part, &by))
}

fn compare(x: &Datum<'_>, part: &Datum<'_>, holds: fn(&str, &str) -> bool) -> bool {
    matches!((x.text(), part.text()), (Some(text), Some(part)) if holds(&text, &part))
}

/// Gives a list; nothing to split at gives the whole text.
fn split<'e>(x: Datum<'e>, at: Datum<'e>) -> Datum<'e> {
    let (Some(text), Some(at)) = (x.text(), at.text()) else { return Datum::Absent };
    let parts: Vec<&str> = if at.is_empty() { vec![&text] } else { text.split(&*at).collect() };
    serde_json::to_string(&parts).map_or(Datum::Absent, |json| Datum::Json(json.into()))
}

/// Takes a part of a text, without a copy where the text is borrowed.
fn narrow<'e>(x: Datum<'e>, part: impl Fn(&str) -> &str) -> Datum<'e> {
    match x.into_text() {
        None => Datum::Absent,
        Some(Cow::Borrowed(text)) => Datum::Text(Cow::Borrowed(part(text))),
        Some(Cow::Owned(text)) => Datum::Text(Cow::Owned(part(&text).to_owned())),
    }
}
