//! Redacts rendered JSON in place.
//!
//! The scan finds the strings first, so that a replacement never extends beyond the string or value that contains the
//! secret, and the result is still valid JSON.

use std::ops::Range;

use super::exception::SEPARATOR;
use crate::Redaction;

/// [`REDACTED`](crate::REDACTED) as JSON.
const REDACTED_JSON: &str = "\"[redacted]\"";

/// Replacements of parts of the JSON, in order.
type Edits = Vec<(Range<usize>, &'static str)>;

/// Redacts the JSON value that begins at `start`: values of members with sensitive names, and secrets inside strings.
///
/// `null`, `true`, `false`, and empty values are not redacted.
pub fn redact_json(out: &mut Vec<u8>, start: usize, redaction: &Redaction) {
    let mut edits = Edits::new();
    if !redaction.is_off() {
        scan_value(&out[start..], redaction, &mut edits);
    }
    if !edits.is_empty() {
        apply(out, start, &edits);
    }
}

/// Redacts the JSON string that begins at `start` and ends `out`.
#[inline]
pub fn redact_string(out: &mut Vec<u8>, start: usize, redaction: &Redaction) {
    let mut edits = Edits::new();
    let inside =
        (start + 1).min(out.len())..out.len().saturating_sub(1).max(start + 1).min(out.len());
    redaction.scan(&out[inside], &mut |range, with| {
        edits.push((range.start + 1..range.end + 1, with));
    });
    if !edits.is_empty() {
        apply(out, start, &edits);
    }
}

/// Redacts the parts of an exception that begins at `start`, except for the names of types; see
/// [`ExceptionParts`](super::ExceptionParts).
pub fn redact_exception(out: &mut Vec<u8>, start: usize, redaction: &Redaction) {
    let mut edits = Edits::new();
    let mut at = 0;
    for (part, json) in out[start..].split(|byte| *byte == SEPARATOR).enumerate() {
        // Redact the message, the backtrace, and the messages of sources; their order is message, name, module,
        // backtrace, and then a name and a message for each source.
        if part == 0 || part == 3 || part > 4 && part % 2 == 1 {
            scan_text(json, 0..json.len(), redaction, &mut |range, with| {
                edits.push((range.start + at..range.end + at, with));
            });
        }
        at += json.len() + 1;
    }
    if !edits.is_empty() {
        apply(out, start, &edits);
    }
}

fn scan_value(json: &[u8], redaction: &Redaction, edits: &mut Edits) {
    let mut at = 0;
    // The members `name` and `value` of an object are a pair as well: `{"name":"DB_PASSWORD","value":"x"}`.
    let (mut is_name_next, mut is_value_next) = (false, false);
    while let Some(open) = json[at..].iter().position(|byte| *byte == b'"') {
        let open = at + open;
        let inside = open + 1..end_of_string(json, open);
        let next = skip_space(json, inside.end + 1);
        let is_name = match json.get(next) {
            Some(b':') => true,
            // A pair: `["authorization", "Bearer x"]`.
            Some(b',') => is_first_element(json, open),
            _ => false,
        };
        let is_member = is_name && json[next] == b':';
        let text = &json[inside.clone()];
        let is_pair = is_member && is_value_next && is_one_of(text, ["value", "values"]);
        if is_pair || is_name && is_sensitive(text, redaction) {
            is_value_next = false;
            let start = skip_space(json, next + 1);
            let value = start..end_of_value(json, start);
            at = value.end;
            if is_secret(&json[value.clone()]) {
                edits.push((value, REDACTED_JSON));
            }
        } else {
            at = (inside.end + 1).min(json.len());
            if is_member {
                is_name_next = is_one_of(text, ["name", "key"]);
                is_value_next = false;
            } else {
                is_value_next = is_name_next && is_sensitive(text, redaction);
                is_name_next = false;
                scan_text(json, inside, redaction, &mut |range, with| edits.push((range, with)));
            }
        }
    }
}

fn scan_text(
    json: &[u8],
    inside: Range<usize>,
    redaction: &Redaction,
    report: &mut dyn FnMut(Range<usize>, &'static str),
) {
    let from = inside.start;
    redaction.scan(&json[inside], &mut |range, with| {
        report(range.start + from..range.end + from, with);
    });
}

fn is_sensitive(name: &[u8], redaction: &Redaction) -> bool {
    if name.contains(&b'\\') {
        let quoted = [b"\"", name, b"\""].concat();
        let name = serde_json::from_slice::<String>(&quoted).unwrap_or_default();
        return redaction.is_sensitive(&name);
    }
    std::str::from_utf8(name).is_ok_and(|name| redaction.is_sensitive(name))
}

fn is_one_of(name: &[u8], names: [&str; 2]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

fn is_secret(value: &[u8]) -> bool {
    let shown: [&[u8]; 8] =
        [b"", b"null", b"true", b"false", b"\"\"", b"[]", b"{}", REDACTED_JSON.as_bytes()];
    !shown.contains(&value)
}

fn is_first_element(json: &[u8], open: usize) -> bool {
    json[..open].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[')
}

/// Returns the position of the quote that closes the string at `open`, or the length of the JSON.
fn end_of_string(json: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    json.len()
}

/// Returns the end of the value that begins at `start`.
fn end_of_value(json: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => at = end_of_string(json, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            byte if depth == 0 && byte.is_ascii_whitespace() => return at,
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(byte, b'"' | b'}' | b']') {
            break;
        }
    }
    at.min(json.len())
}

fn skip_space(json: &[u8], from: usize) -> usize {
    let rest = json.get(from..).unwrap_or_default();
    let found = rest.iter().position(|byte| !byte.is_ascii_whitespace());
    found.map_or(json.len(), |found| from + found)
}

#[cold]
fn apply(out: &mut Vec<u8>, start: usize, edits: &[(Range<usize>, &'static str)]) {
    let json = out.split_off(start);
    let mut copied = 0;
    for (range, with) in edits {
        out.extend_from_slice(&json[copied..range.start]);
        out.extend_from_slice(with.as_bytes());
        copied = range.end;
    }
    out.extend_from_slice(&json[copied..]);
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::REDACTED;
    use crate::json::{ExceptionParts, write_serialize, write_string};

    fn redacted(json: &str) -> String {
        let mut out = format!("before{json}").into_bytes();
        redact_json(&mut out, "before".len(), &Redaction::default());
        String::from_utf8(out).unwrap().split_off("before".len())
    }

    #[test]
    fn members_are_redacted_by_their_names() {
        for (json, expected) in [
            (r#"{"token":"x","a":1}"#, r#"{"token":"[redacted]","a":1}"#),
            (r#"{"token" : 1.5 , "a":1}"#, r#"{"token" : "[redacted]" , "a":1}"#),
            (r#"{"cookies":["a=b","c]"],"a":1}"#, r#"{"cookies":"[redacted]","a":1}"#),
            (r#"{"a":{"secret":{"b":"}"}}}"#, r#"{"a":{"secret":"[redacted]"}}"#),
            (
                r#"[["Authorization","x"],["a","b"]]"#,
                r#"[["Authorization","[redacted]"],["a","b"]]"#,
            ),
            (r#"{"to\u006ben":"x"}"#, r#"{"to\u006ben":"[redacted]"}"#),
            (
                r#"[{"Name":"DB_PASSWORD","Value":"x"},{"name":"a","value":"b"}]"#,
                r#"[{"Name":"DB_PASSWORD","Value":"[redacted]"},{"name":"a","value":"b"}]"#,
            ),
            (r#"{"key":1,"a":"token","value":"b"}"#, r#"{"key":1,"a":"token","value":"b"}"#),
            (r#""see https://a/b?c=d""#, r#""see https://a/b""#),
            (r#"{"body":"{\"password\":\"x\"}"}"#, r#"{"body":"{\"password\":\"[redacted]\"}"}"#),
        ] {
            assert_eq!(redacted(json), expected);
        }
    }

    #[test]
    fn responses_are_redacted_and_otherwise_unchanged() {
        let body = json!({"user": "ada", "access_token": "s3cr3t \"x\""}).to_string();
        let response = json!({
            "statusCode": 200, "body": body, "headers": {"Set-Cookie": "a=s3cr3t", "a\"b": "c"},
            "multiValueHeaders": {"set-cookie": ["a=s3cr3t"]}, "deep": [[{"client_secret": [1, "s3cr3t]"]}, 2]],
            "location": "https://ada:s3cr3t@shop.example/paid?card=4242",
        });
        let redacted = redacted(&response.to_string());
        assert!(!redacted.contains("s3cr3t"), "{redacted}");
        let redacted: Value = serde_json::from_str(&redacted).unwrap();
        assert_eq!(redacted["location"], "https://shop.example/paid");
        assert_eq!((&redacted["statusCode"], &redacted["deep"][0][1]), (&json!(200), &json!(2)));
        assert_eq!(redacted["headers"]["a\"b"], "c");
        assert!(redacted["body"].as_str().unwrap().contains("ada"));
    }

    #[test]
    fn string_is_redacted_in_place() {
        for (text, expected) in
            [("at token=x", "at token=[redacted]"), ("plain", "plain"), ("", "")]
        {
            let mut out = b"before".to_vec();
            write_string(&mut out, text);
            redact_string(&mut out, 6, &Redaction::default());
            assert_eq!(out, format!("before\"{expected}\"").into_bytes());
        }
        assert_eq!(REDACTED_JSON, format!("\"{REDACTED}\""));
        redact_string(&mut Vec::new(), 0, &Redaction::default());
    }

    #[test]
    fn empty_values_are_not_redacted() {
        for json in [
            r#"{"token":null,"password":"","cookies":[],"secret":true}"#,
            r#"{"tokens":3,"list":["token","a"],"key":"x"}"#,
            r#"{"token"#,
            r#"{"token":"#,
            r#""\"#,
            "",
        ] {
            let json = json.replace("[\"token\",", "[1,\"token\",");
            assert_eq!(redacted(&json), json);
        }
    }

    #[test]
    fn exception_is_redacted_except_its_names() {
        let mut out =
            b"\"at token=x\"\x1e\"Token:Expired\"\x1e\x1e\x1e\"Token:Old\"\x1e\"password: x\"\x1e"
                .to_vec();
        redact_exception(&mut out, 0, &Redaction::default());
        let mut json = Vec::new();
        ExceptionParts::split(&out).unwrap().write_stack_trace(&mut json);
        assert_eq!(
            serde_json::from_slice::<Value>(&json).unwrap(),
            json!({
                "type": "Token:Expired",
                "value": "at token=[redacted]",
                "causes": [{"type": "Token:Old", "value": "password: [redacted]"}],
            })
        );
    }

    proptest::proptest! {
        #[test]
        fn redacted_json_is_json(
            text in r#"(token|cookie|"|\\|'|:|=|,| |\(|\[|\{|\}|\]|\)|://|@|\?|é|Some|x|\n|b"|\u{1}){0,40}"#,
        ) {
            let mut out = Vec::new();
            write_string(&mut out, &text);
            redact_json(&mut out, 0, &Redaction::default());
            serde_json::from_slice::<String>(&out).unwrap();
            let mut out = Vec::new();
            write_serialize(&mut out, &json!({"a": [text, {"token": text}], "b": format!("{text:?}"), "c": 1}));
            redact_json(&mut out, 0, &Redaction::default());
            let value: Value = serde_json::from_slice(&out).unwrap();
            proptest::prop_assert_eq!(&value["c"], &json!(1));
        }
    }
}
