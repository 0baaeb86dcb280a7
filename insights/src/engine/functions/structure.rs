//! Functions of objects and arrays.

use super::Function;
use crate::{engine::Datum, event};

pub(super) fn named(name: &str) -> Option<Function> {
    Some(match name {
        "jsonparse" => Function::One(parse),
        "jsonstringify" => Function::One(stringify),
        _ => return None,
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
