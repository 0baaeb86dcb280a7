use std::borrow::Cow;

use crate::{engine::Datum, event};

/// Returns the elements of a list; a map, a text or a number is its only element, and an absent value has none.
pub(crate) fn unnest(list: Datum<'_>) -> Vec<Datum<'_>> {
    let elements = match &list {
        Datum::Absent => return Vec::new(),
        Datum::Json(Cow::Borrowed(json)) => event::element_values(json),
        Datum::Json(Cow::Owned(json)) => {
            let elements = event::element_values(json);
            elements.map(|all| all.into_iter().map(Datum::into_owned).collect())
        }
        _ => None,
    };
    elements.unwrap_or_else(|| vec![list])
}
