//! Functions of objects and arrays.

use super::Function;
use crate::{
    engine::{Datum, compare},
    event,
};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "jsonparse" => Function::One(parse),
        "jsonstringify" => Function::One(stringify),
        "jsonarraysize" => Function::One(size),
        "jsonarraycontains" => Function::Two(contains),
        _ => return None,
    })
}

fn size(x: Datum<'_>) -> Datum<'_> {
    let size = x.text().and_then(|json| Some(event::element_values(&json)?.len()));
    size.map_or(Datum::Absent, |size| Datum::integer(size as u64))
}

fn contains<'e>(x: Datum<'e>, element: Datum<'e>) -> Datum<'e> {
    let Some(json) = x.text() else { return Datum::Absent };
    let elements = event::element_values(&json);
    elements.map_or(Datum::Absent, |all| {
        Datum::Flag(all.iter().any(|each| compare::equal(each, &element)))
    })
}

/// Makes an object or an array of a text that is one; anything else is absent.
fn parse(x: Datum<'_>) -> Datum<'_> {
    let Some(text) = x.text() else { return Datum::Absent };
    let is_structure = matches!(event::path_in(&text, ""), Datum::Json(_));
    let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
    drop(text);
    match x.into_text() {
        Some(text) if is_structure && is_whole => Datum::Json(text),
        _ => Datum::Absent,
    }
}

fn stringify(x: Datum<'_>) -> Datum<'_> {
    match x {
        Datum::Text(text) => serde_json::to_string(&text).map_or(Datum::Absent, Datum::text_of),
        Datum::Flag(flag) => Datum::text_of(flag.to_string()),
        other => other.into_text().map_or(Datum::Absent, Datum::Text),
    }
}
