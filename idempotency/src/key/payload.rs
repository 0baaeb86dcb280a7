use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    CanonicalForm, Found, KeyFrom, PayloadError,
    inexact::{InexactNumbers, has_doubles, has_rounded_integers},
};

/// The payload of a call, or its key, as JSON.
pub(crate) struct Payload<'a> {
    json: Cow<'a, str>,
    origin: Origin<'a>,
}

/// Where the JSON comes from.
enum Origin<'a> {
    /// It is as it came, or is what the caller means.
    Exact,
    /// It was written from a value that was read from an event: from this text, if it is known.
    #[cfg_attr(
        not(feature = "lambda-runtime"),
        expect(dead_code, reason = "only the tower layer reads events")
    )]
    Event(Option<&'a str>),
}

impl<'a> Payload<'a> {
    /// Writes a value.
    pub(crate) fn of<P: Serialize + ?Sized>(value: &P) -> Result<Self, serde_json::Error> {
        Ok(Self { json: Cow::Owned(serde_json::to_string(value)?), origin: Origin::Exact })
    }

    /// Writes a value that was read from an event, whose numbers may have been rounded by that; `event` is its text.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn of_event<P: Serialize + ?Sized>(
        value: &P,
        event: Option<&'a str>,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self { origin: Origin::Event(event), ..Self::of(value)? })
    }

    /// Takes a text.
    pub(crate) fn text(json: &'a RawValue) -> Self {
        Self { json: Cow::Borrowed(json.get()), origin: Origin::Exact }
    }

    /// Returns an empty payload, for calls in whose payload nothing is looked for.
    pub(crate) fn unused() -> Self {
        Self { json: Cow::Borrowed("null"), origin: Origin::Exact }
    }

    /// Takes the whole as a key that was given, of which no part may be missing.
    pub(crate) fn as_key(&self) -> Found<'_> {
        Found::composite(Cow::Borrowed(&*self.json))
    }

    /// Finds a part, with the digits that its numbers have in the event.
    pub(crate) fn find(
        &self,
        part: &KeyFrom,
        form: CanonicalForm,
    ) -> Result<Found<'_>, PayloadError> {
        let found = part.search(&self.json, form)?;
        match self.origin {
            Origin::Event(event) if !form.is_javascript() && has_doubles(&found.json) => {
                match event {
                    Some(event) => restored(part, event, found, form),
                    None => checked(found),
                }
            }
            _ => Ok(found),
        }
    }
}

/// Gives the numbers that were found in a value the digits that they have in the event.
fn restored<'a>(
    part: &KeyFrom,
    event: &'a str,
    found: Found<'a>,
    form: CanonicalForm,
) -> Result<Found<'a>, PayloadError> {
    if let Ok(exact) = part.search(event, form) {
        let inexact = InexactNumbers::of(&exact.json, form);
        let rounded = inexact.as_ref().map_or(exact.json.as_ref().into(), InexactNumbers::rounded);
        if is_same(&rounded, &found.json) {
            return Ok(exact);
        }
    }
    // The value has other members than the event, and numbers are known by what they are rounded to alone.
    match InexactNumbers::of(event, form) {
        Some(inexact) => {
            let json = inexact.restore(&found.json)?.into();
            Ok(Found { json, ..found })
        }
        None => Ok(found),
    }
}

/// Refuses a number that may have been an integer of more than 64 bits, where no text tells whether it was.
fn checked(found: Found<'_>) -> Result<Found<'_>, PayloadError> {
    match has_rounded_integers(&found.json) {
        true => Err(PayloadError::InexactNumber),
        false => Ok(found),
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let canonical = |json| CanonicalForm::Exact.of(json).ok();
    canonical(one).is_some_and(|one| canonical(other) == Some(one))
}
