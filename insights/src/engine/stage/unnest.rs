use std::borrow::Cow;

use crate::{engine::Datum, event};

/// Returns the elements of a list; what is none has none.
pub(crate) fn unnest(list: Datum<'_>) -> Vec<Datum<'_>> {
    let elements = match list {
        Datum::Json(Cow::Borrowed(json)) => event::element_values(json),
        Datum::Json(Cow::Owned(json)) => {
            let elements = event::element_values(&json);
            elements.map(|all| all.into_iter().map(Datum::into_owned).collect())
        }
        _ => None,
    };
    elements.unwrap_or_default()
}
