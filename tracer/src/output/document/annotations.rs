use std::borrow::Cow;

use powertools_core::json::{write_escaped, write_f64, write_string};

use super::value::write_value;
use crate::{Span, Value};

/// The longest key and the longest text of an annotation, in characters.
const LONGEST_KEY: usize = 500;
const LONGEST_TEXT: usize = 1000;

/// Writes `,"annotations":{…}`, unless there are none.
pub(super) fn write(out: &mut Vec<u8>, span: &Span<'_>) {
    let mut written: Vec<Cow<'_, str>> = Vec::new();
    let is_plain = span.annotations().all(|(key, _)| is_accepted(key));
    for (at, (key, value)) in span.annotations().enumerate() {
        let mut key = accepted(key);
        // Only keys that were changed can have become equal.
        if !is_plain {
            key = distinct(key, &written);
            written.push(key.clone());
        }
        out.extend_from_slice(if at == 0 { b",\"annotations\":{\"" } else { b",\"" });
        write_escaped(out, &key);
        out.extend_from_slice(b"\":");
        write_annotation(out, value);
    }
    if span.annotations().next().is_some() {
        out.push(b'}');
    }
}

/// Writes text, a number or a truth value; any other value is its JSON as text.
fn write_annotation(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Text(text) => write_text(out, text),
        Value::Json(json) => match serde_json::from_slice::<String>(json.as_bytes()) {
            Ok(text) => write_text(out, &text),
            Err(_) => write_text(out, json),
        },
        // X-Ray compares numbers with numbers: what is none is text.
        Value::F64(number) => write_f64(out, number),
        _ => write_value(out, value),
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    if text.char_indices().nth(LONGEST_TEXT).is_none() {
        return write_string(out, text);
    }
    let note = crate::model::cut_note(text.len());
    let end = text.char_indices().nth(LONGEST_TEXT - note.len());
    out.push(b'"');
    write_escaped(out, end.map_or(text, |(end, _)| &text[..end]));
    write_escaped(out, &note);
    out.push(b'"');
}

fn is_accepted(key: &str) -> bool {
    let is_accepted = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !key.is_empty() && key.len() <= LONGEST_KEY && key.bytes().all(is_accepted)
}

/// Returns `key` with `_` in place of what X-Ray does not accept, and not too long.
fn accepted(key: &str) -> Cow<'_, str> {
    if is_accepted(key) {
        return Cow::Borrowed(key);
    }
    let accepted = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
    let key: String = key.chars().take(LONGEST_KEY).map(accepted).collect();
    if key.is_empty() { Cow::Borrowed("_") } else { Cow::Owned(key) }
}

/// Returns `key` with a number at its end if it was written already.
fn distinct<'a>(key: Cow<'a, str>, written: &[Cow<'a, str>]) -> Cow<'a, str> {
    let (mut distinct, mut number) = (key.clone(), 1_usize);
    while written.contains(&distinct) {
        number += 1;
        let number = format!("_{number}");
        let head = key.len().min(LONGEST_KEY - number.len());
        distinct = Cow::Owned(key[..head].to_owned() + &number);
    }
    distinct
}
