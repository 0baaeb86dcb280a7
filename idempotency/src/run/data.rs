//! From a result to the data of its record and back.

use std::sync::atomic::Ordering;

use powertools_core::event::{Kind, Reader};
use serde::{Serialize, de::DeserializeOwned};

use super::attempt::LeaseHandle;
use crate::{
    CanonicalForm, Event, PersistenceStore, Record, idempotency::Settings, result_json::json_of,
};

/// How deep JSON may be nested to be read back without a look at the type; the reader's limit is 128.
const DEPTH_TO_CHECK: usize = 100;

/// How deep an attribute of DynamoDB may be nested, the attribute itself not counted.
const DYNAMODB_DEPTH: usize = 31;

/// How many digits in a row a number may have to be read back without a look at the type.
const DIGITS_TO_CHECK: usize = 16;

/// Returns the data of a result; a result that would not replay is not kept, and the operation is done all the same.
pub(super) fn data_of<S: PersistenceStore, T: Serialize + DeserializeOwned>(
    held: &LeaseHandle<S>,
    result: &T,
) -> Option<String> {
    let settings = held.idempotency.settings();
    let json = json_of(result)
        .and_then(|json| {
            if settings.form == CanonicalForm::Python {
                CanonicalForm::Python.of(&json)
            } else {
                Ok(json)
            }
        })
        .and_then(|json| check_form(settings, json))
        .and_then(|json| check_replay::<T>(settings, json));
    match json {
        Ok(json) => encode(settings, &held.key, json),
        Err(error) => {
            not_kept(settings, &held.key, "a result would not replay and is not kept", &error);
            None
        }
    }
}

/// Refuses a result that Powertools for TypeScript can't keep, because DynamoDB has no form for it.
fn check_form(settings: &Settings, json: String) -> Result<String, serde_json::Error> {
    if !settings.form.is_javascript() || settings.codec.is_some() {
        return Ok(json);
    }
    let mut reader = Reader::new(json.as_bytes());
    while let Ok(Some(token)) = reader.next() {
        let is_refused = reader.depth() > DYNAMODB_DEPTH
            || (token.kind == Kind::Number && !is_attribute(&json[token.range()]));
        if is_refused {
            let problem = "DynamoDB keeps no number beyond 38 digits or 1e126, and nothing deeper than 31 levels";
            return Err(serde::ser::Error::custom(problem));
        }
    }
    Ok(json)
}

#[cfg(feature = "md5")]
fn is_attribute(number: &str) -> bool {
    crate::key::attribute_number(number).is_some()
}

#[cfg(not(feature = "md5"))]
fn is_attribute(_: &str) -> bool {
    true
}

/// Reads the result back where that may fail: JSON has no NaN, readers have limits, and types may write what they do not
/// read.
///
/// The first result in a process is always read back, because a type that does not read its own JSON never does.
fn check_replay<T: DeserializeOwned>(
    settings: &Settings,
    json: String,
) -> Result<String, serde_json::Error> {
    let is_first = !settings.has_checked_replay.swap(true, Ordering::Relaxed);
    if !is_first && !may_not_replay(&json) {
        return Ok(json);
    }
    let read = parse::<T>(settings, &json, None);
    // What serde says of it may quote the result, which must not be logged.
    read.map(|_| json).map_err(|error| {
        let place =
            format!("line {}, column {} of its JSON can't be read", error.line(), error.column());
        serde::ser::Error::custom(place)
    })
}

/// Tells whether JSON has something that a reader may refuse although it was written.
fn may_not_replay(json: &str) -> bool {
    // `null` stands for NaN as well.
    if json.contains("null") {
        return true;
    }
    let (mut depth, mut digits) = (0_usize, 0_usize);
    json.bytes().any(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        depth > DEPTH_TO_CHECK || digits > DIGITS_TO_CHECK
    })
}

fn encode(settings: &Settings, key: &str, json: String) -> Option<String> {
    let Some(codec) = &settings.codec else {
        return Some(json);
    };
    match codec.encode(key, &json) {
        Ok(data) => Some(data),
        Err(error) => {
            not_kept(settings, key, "a result could not be encoded and is not kept", &*error);
            None
        }
    }
}

fn not_kept(
    settings: &Settings,
    key: &str,
    message: &'static str,
    error: &(dyn std::error::Error + 'static),
) {
    settings.emit(Event::ResultNotKept);
    tracing::warn!(
        error,
        idempotency_operation = settings.name,
        idempotency_key = key,
        "{message}"
    );
}

/// Returns the result that a record's data has.
pub(super) fn result_of<T: DeserializeOwned>(
    settings: &Settings,
    key: &str,
    data: &str,
    record: &Record,
) -> Result<T, serde_json::Error> {
    match &settings.codec {
        None => parse(settings, data, Some(record)),
        Some(codec) => match codec.decode(key, data) {
            Ok(json) => parse(settings, &json, Some(record)),
            Err(_) => Err(serde::de::Error::custom("it could not be decoded")),
        },
    }
}

/// Parses a result as a replay does; the hook sees it where there is a record.
fn parse<T: DeserializeOwned>(
    settings: &Settings,
    json: &str,
    record: Option<&Record>,
) -> Result<T, serde_json::Error> {
    match (&settings.hook, record) {
        (None, _) => serde_json::from_str(json),
        (Some(hook), Some(record)) => {
            serde_json::from_str(json).and_then(|value| serde_json::from_value(hook(value, record)))
        }
        (Some(_), None) => {
            serde_json::from_str::<serde_json::Value>(json).and_then(serde_json::from_value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_results_are_not_read_back() {
        assert!(!may_not_replay(r#"{"id":17,"lines":[{"name":"tea","price":4.5}]}"#));
        assert!(!may_not_replay(r#"{"number":1234567890123456}"#));
        for json in ["null", "[1,null]", "123456789012345678901", &"[".repeat(101)] {
            assert!(may_not_replay(json), "{json}");
        }
    }
}
