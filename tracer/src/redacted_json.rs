//! JSON without its secrets.

use std::borrow::Cow;

use powertools_core::{REDACTED, Redaction, json::write_string};

/// Writes `json`, which has no spaces between its tokens, with the values of sensitive names replaced, at any depth
/// and in texts as well: a body may be JSON itself, and a message may hold a URL.
pub(crate) fn write(out: &mut Vec<u8>, json: &[u8], redaction: &Redaction) {
    let mut at = 0;
    while let Some(quote) = json[at..].iter().position(|byte| *byte == b'"') {
        out.extend_from_slice(&json[at..at + quote]);
        at += quote;
        let end = end_of_string(json, at);
        let string = &json[at..end];
        at = end;
        if json.get(end) != Some(&b':') {
            write_text(out, string, redaction);
            continue;
        }
        at += 1;
        out.extend_from_slice(string);
        out.push(b':');
        if is_sensitive(string, redaction) && !json[at..].starts_with(b"null") {
            write_string(out, REDACTED);
            at = end_of_value(json, at);
        }
    }
    out.extend_from_slice(&json[at..]);
}

fn write_text(out: &mut Vec<u8>, string: &[u8], redaction: &Redaction) {
    match unescaped(string) {
        Some(text) => match redaction.text(&text) {
            Cow::Borrowed(_) => out.extend_from_slice(string),
            Cow::Owned(redacted) => write_string(out, &redacted),
        },
        None => write_string(out, REDACTED),
    }
}

fn is_sensitive(string: &[u8], redaction: &Redaction) -> bool {
    unescaped(string).is_none_or(|name| redaction.is_sensitive(&name))
}

/// Returns what a string of JSON says.
fn unescaped(string: &[u8]) -> Option<Cow<'_, str>> {
    if string.contains(&b'\\') {
        return serde_json::from_slice(string).ok().map(Cow::Owned);
    }
    let inner = string.get(1..string.len().checked_sub(1)?)?;
    std::str::from_utf8(inner).ok().map(Cow::Borrowed)
}

/// Returns where the string ends that begins at a quote.
fn end_of_string(json: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(byte) = json.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    json.len()
}

/// Returns where the value ends that begins at `at`.
fn end_of_value(json: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(json, at);
                if depth == 0 {
                    return at;
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b',' if depth == 0 => return at,
            // The end of what holds the value.
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn redacted(value: &Value) -> Value {
        let mut out = Vec::new();
        write(&mut out, &serde_json::to_vec(value).unwrap(), &Redaction::default());
        serde_json::from_slice(&out).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out)))
    }

    #[test]
    fn sensitive_members_are_redacted_at_any_depth_and_whatever_they_hold() {
        let value = json!({
            "password": "x", "token": 7, "secret": {"a": ["}", {"b": 1}]}, "cookies": ["a=b"], "jwt": null,
            "list": [{"Api-Key": true, "name": "tea"}], "deep": [[{"client_secret": [1, "]"]}, 2]],
        });
        let expected = json!({
            "password": REDACTED, "token": REDACTED, "secret": REDACTED, "cookies": REDACTED, "jwt": null,
            "list": [{"Api-Key": REDACTED, "name": "tea"}], "deep": [[{"client_secret": REDACTED}, 2]],
        });
        assert_eq!(redacted(&value), expected);
    }

    #[test]
    fn texts_and_bodies_are_redacted() {
        let body = json!({"user": "ada", "access_token": "s3cret \"x\""}).to_string();
        let value = json!({
            "statusCode": 200, "body": body, "headers": {"Set-Cookie": "session=s3cret", "a\"b": "c"},
            "multiValueHeaders": {"set-cookie": ["session=s3cret"]},
            "location": "https://ada:s3cret@shop.example/paid?card=4242",
        });
        let redacted = redacted(&value);
        assert!(!redacted.to_string().contains("s3cret"), "{redacted}");
        assert_eq!(redacted["location"], "https://shop.example/paid");
        assert_eq!(
            (&redacted["statusCode"], &redacted["headers"]["a\"b"]),
            (&200.into(), &"c".into())
        );
        assert!(redacted["body"].as_str().unwrap().contains("ada"));
    }

    #[test]
    fn what_is_no_secret_stays_as_it_was() {
        for value in
            [json!("x"), json!(1.5), json!([]), json!({}), json!({"a": "\u{e9}\n", "b": [null]})]
        {
            assert_eq!(redacted(&value), value);
        }
    }
}
