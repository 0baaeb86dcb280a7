//! Finds secrets in text of any origin.
//!
//! One pass examines each `:`, `=`, and `,`. The text before it decides whether a value follows and whether the value
//! is a secret. Quotes may be escaped any number of times: the `Debug` output of a request contains a JSON body, and
//! all of it is logged as a JSON string. A value that begins with `\"` ends at the next `\"`, not at `\\\"`.

use std::ops::Range;

use super::{REDACTED, Redaction};

/// The length to which names are searched backwards, so that a long word is not scanned again and again; every
/// sensitive name is shorter.
const LONGEST_NAME: usize = 128;

/// Reports each secret in `text` and its replacement, in order and without overlaps.
pub(super) fn scan(
    redaction: &Redaction,
    text: &[u8],
    report: &mut dyn FnMut(Range<usize>, &'static str),
) {
    let mut at = 0;
    // The query of the current URL. It is reported only when the scan reaches it, because secrets in the path come
    // first.
    let mut query: Option<Range<usize>> = None;
    let mut url_end = 0;
    loop {
        let mark = next_mark(text, at);
        if let Some(found) = query.take_if(|query| mark >= query.start) {
            at = found.end;
            report(found, "");
            continue;
        }
        if mark == text.len() {
            return;
        }
        at = mark + 1;
        if text[mark..].starts_with(b"://") {
            let authority = mark + 3..position(text, mark + 3, ends_authority);
            // Remove the user and the password before the host.
            if let Some(user) = text[authority.clone()].iter().rposition(|byte| *byte == b'@') {
                report(authority.start..authority.start + user + 1, "");
            }
            at = authority.end;
            // A URL inside another URL ends no later than the outer one.
            if mark >= url_end && !redaction.full_urls() {
                let start = position(text, authority.end, ends_path);
                url_end = end_of_query(text, start);
                query = Some(start..url_end).filter(|query| !query.is_empty());
            }
        } else if let Some(separator_end) = separator(text, mark)
            && let Some(name) = name_before(text, mark)
            && redaction.is_sensitive(name)
            && !is_in_arn(text, mark)
            && let Some(secret) = value(text, separator_end, name)
        {
            at = secret.end;
            // The secret may extend into the query, which then begins after it.
            query =
                query.map(|query| query.start.max(at)..query.end).filter(|query| !query.is_empty());
            report(secret, REDACTED);
        }
    }
}

/// Returns whether the text contains anything that has to be examined.
#[inline]
pub(super) fn may_hold_secret(text: &[u8]) -> bool {
    next_mark(text, 0) < text.len()
}

/// Returns the position of the next `:`, `=`, or `,`, or the length of the text.
#[inline]
fn next_mark(text: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let mut at = from;
    while let Some(chunk) = text[at..].first_chunk() {
        let chunk = u64::from_le_bytes(*chunk);
        // The lowest bit that is set is always right, because a borrow changes only the bytes above a match.
        let equals = |byte: u8| {
            let difference = chunk ^ (ONES * u64::from(byte));
            difference.wrapping_sub(ONES) & !difference
        };
        let marks = (equals(b':') | equals(b'=') | equals(b',')) & TOPS;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    position(text, at, |byte| matches!(byte, b':' | b'=' | b','))
}

/// Returns whether a colon is part of an ARN: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:db`.
fn is_in_arn(text: &[u8], mark: usize) -> bool {
    let floor = mark.saturating_sub(LONGEST_NAME);
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'/');
    let start = floor + trim_end(&text[floor..], mark - floor, is_part);
    text[mark] == b':' && text[start..mark].starts_with(b"arn:aws")
}

/// Returns the position of the first wanted byte at or after `from`, or the length of the text.
fn position(text: &[u8], from: usize, is_wanted: impl Fn(u8) -> bool) -> usize {
    let found = text[from..].iter().position(|byte| is_wanted(*byte));
    found.map_or(text.len(), |found| from + found)
}

/// Returns the end of the separator that begins at `mark`, if a value can follow it.
fn separator(text: &[u8], mark: usize) -> Option<usize> {
    let next = text.get(mark + 1).copied();
    match text[mark] {
        // The separator in a pair: `("authorization", "Bearer x")`.
        b',' => {
            let name = quoted_before(text, mark)?;
            let before =
                text[..name.start].iter().rev().find(|byte| !matches!(byte, b'\\' | b'"' | b' '));
            matches!(before, Some(b'(' | b'[')).then_some(mark + 1)
        }
        // A Rust path or a comparison is not a separator.
        mark if next == Some(mark) => None,
        b':' if mark > 0 && text[mark - 1] == b':' => None,
        b'=' if mark > 0 && matches!(text[mark - 1], b'=' | b'!' | b'<' | b'>') => None,
        b'=' if next == Some(b'>') => Some(mark + 2),
        b':' if next == Some(b'=') => Some(mark + 2),
        _ => Some(mark + 1),
    }
}

/// Returns the name before a separator; the name may be quoted.
fn name_before(text: &[u8], mark: usize) -> Option<&str> {
    let name = quoted_before(text, mark).or_else(|| {
        let end = trim_end(text, mark, |byte| byte == b' ');
        Some(name_start(text, end)..end)
    })?;
    std::str::from_utf8(&text[name]).ok().filter(|name| !name.is_empty())
}

/// Returns the range of the name inside the quotes that close before `mark`.
fn quoted_before(text: &[u8], mark: usize) -> Option<Range<usize>> {
    let quote = trim_end(text, mark, |byte| byte == b' ').checked_sub(1)?;
    matches!(text[quote], b'"' | b'\'' | b'`').then_some(())?;
    let end = trim_end(text, quote, |byte| byte == b'\\');
    Some(name_start(text, end)..end)
}

fn name_start(text: &[u8], end: usize) -> usize {
    let floor = end.saturating_sub(LONGEST_NAME);
    floor
        + trim_end(&text[floor..], end - floor, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
        })
}

fn trim_end(text: &[u8], end: usize, is_trimmed: impl Fn(u8) -> bool) -> usize {
    text[..end].iter().rposition(|byte| !is_trimmed(*byte)).map_or(0, |last| last + 1)
}

/// Returns the range of the value after a separator, or `None` if there is nothing to hide.
fn value(text: &[u8], separator_end: usize, name: &str) -> Option<Range<usize>> {
    let start = position(text, separator_end, |byte| !matches!(byte, b' ' | b'\t'));
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let word = position(text, start, |byte| !is_word(byte));
    let value = match text.get(word) {
        // The `Debug` output of bytes is `b"…"`.
        Some(b'"' | b'\'' | b'\\') if matches!(&text[start..word], b"" | b"b") => {
            quoted(text, word)
        }
        Some(b'(' | b'[' | b'{') => Some(start..end_of_brackets(text, word)),
        // The `Debug` output of a struct, such as `Jwt { … }`, or of a value of `serde_json`, such as `Array [ … ]`.
        Some(b' ') if word > start && matches!(text.get(word + 1), Some(b'{' | b'[')) => {
            Some(start..end_of_brackets(text, word + 1))
        }
        _ => None,
    };
    let value = value.unwrap_or_else(|| start..end_of_word(text, start, name));
    // `Sensitive` is the `Debug` output of a header value that is marked as sensitive.
    let shown: [&[u8]; 7] =
        [b"", b"None", b"null", b"true", b"false", b"Sensitive", REDACTED.as_bytes()];
    (!shown.contains(&&text[value.clone()])).then_some(value)
}

/// Returns the range inside the quotes that open at `start`; without a closing quote, it extends to the end.
fn quoted(text: &[u8], start: usize) -> Option<Range<usize>> {
    let quote = position(text, start, |byte| byte != b'\\');
    let delimiter = *text.get(quote).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let escapes = quote - start;
    let inside = quote + 1;
    let mut run = 0;
    for (at, byte) in text.iter().enumerate().skip(inside) {
        match *byte {
            b'\\' => run += 1,
            byte if byte == delimiter && closes(run, escapes) => return Some(inside..at - escapes),
            // A quote with fewer escapes closes the quoted text around this one.
            b'"' if run < escapes => return Some(inside..at - run),
            _ => run = 0,
        }
    }
    Some(inside..text.len())
}

/// Returns whether a quote after `run` backslashes closes text whose quotes have `escapes` backslashes.
///
/// Each backslash in the text itself is written as `2 * (escapes + 1)` backslashes.
fn closes(run: usize, escapes: usize) -> bool {
    run >= escapes && (run - escapes).is_multiple_of(2 * (escapes + 1))
}

/// Returns the end of the brackets that open at `start`; brackets inside quotes are ignored.
fn end_of_brackets(text: &[u8], start: usize) -> usize {
    let (mut depth, mut at) = (0_usize, start);
    while at < text.len() {
        match text[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b'"' | b'\\' => {
                let Some(inside) = quoted(text, at) else {
                    at = position(text, at, |byte| byte != b'\\');
                    continue;
                };
                // The closing quote must have as many escapes as the opening one; otherwise it closes the text
                // around the brackets.
                let opening = &text[at..inside.start];
                if !text[inside.end..].starts_with(opening) {
                    return inside.end;
                }
                at = inside.end + opening.len();
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Returns the end of a value without quotes, which is a word, or the rest of the line for names whose values have
/// several words.
fn end_of_word(text: &[u8], start: usize, name: &str) -> usize {
    let word = end_before(text, start, |byte| {
        byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'&' | b'#')
    });
    let is_scheme = ["bearer", "basic", "digest", "negotiate", "aws4-hmac-sha256"]
        .iter()
        .any(|scheme| text[start..word].eq_ignore_ascii_case(scheme.as_bytes()));
    let has_several_words =
        ["authorization", "cookie"].iter().any(|name_end| super::ends_with_name(name, name_end));
    if is_scheme || has_several_words {
        end_before(text, start, |byte| matches!(byte, b'\n' | b'\r'))
    } else {
        word
    }
}

/// Returns the end of a value without quotes: before a byte that `ends` it, a quote, a closing bracket, or an escaped
/// one.
fn end_before(text: &[u8], start: usize, ends: impl Fn(u8) -> bool) -> usize {
    let end = text[start..].iter().enumerate().position(|(at, byte)| {
        let is_escape =
            || matches!(text.get(start + at + 1), Some(b'n' | b'r' | b't' | b'"' | b'\\'));
        ends(*byte) || ends_quote(*byte) || *byte == b'\\' && is_escape()
    });
    end.map_or(text.len(), |end| start + end)
}

fn ends_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b')' | b']' | b'}')
}

fn ends_url(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\' | b'|')
}

fn ends_authority(byte: u8) -> bool {
    ends_url(byte) || matches!(byte, b'/' | b'?' | b'#')
}

fn ends_path(byte: u8) -> bool {
    ends_url(byte) || matches!(byte, b'?' | b'#')
}

/// Returns the end of a query; a closing bracket ends it, unless the bracket was opened inside the query.
fn end_of_query(text: &[u8], start: usize) -> usize {
    let mut open = 0_usize;
    let end = text[start..].iter().enumerate().position(|(at, byte)| match byte {
        b'(' | b'[' | b'{' => {
            open += 1;
            false
        }
        b')' | b']' | b'}' => {
            let is_closing = open == 0;
            open = open.saturating_sub(1);
            is_closing
        }
        // Some serializers write `&` as `\u0026`.
        b'\\' => !begins_code_point(&text[start + at..]),
        byte => ends_url(*byte),
    });
    let end = end.map_or(text.len(), |end| start + end);
    // Punctuation at the end belongs to the sentence that contains the URL.
    start + trim_end(&text[start..], end - start, |byte| matches!(byte, b':' | b';' | b',' | b'.'))
}

/// Returns whether the text begins with an escaped ASCII character such as `\u0026`, whose backslash may itself be
/// escaped.
fn begins_code_point(text: &[u8]) -> bool {
    const MOST_ESCAPES: usize = 8;
    let escapes = text.iter().take(MOST_ESCAPES).take_while(|byte| **byte == b'\\').count();
    text[escapes..].starts_with(b"u00")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> String {
        Redaction::default().text(text).into_owned()
    }

    /// Secrets begin with `s3cr3t`, so that it is enough to look for that.
    fn assert_redacted(text: &str, expected: &str) {
        assert_eq!(redacted(text), expected);
        for escaped in [format!("{text:?}"), format!("{:?}", format!("{text:?}"))] {
            let redacted = redacted(&escaped);
            assert!(!redacted.contains("s3cr3t"), "{redacted}");
        }
    }

    #[test]
    fn values_after_their_names_are_redacted() {
        assert_redacted("password=s3cr3t&page=2", "password=[redacted]&page=2");
        assert_redacted("a db_password: s3cr3t, b", "a db_password: [redacted], b");
        assert_redacted(r#"{"token":"s3cr3t","a":1}"#, r#"{"token":"[redacted]","a":1}"#);
        assert_redacted("{'api_key': 's3cr3t'}", "{'api_key': '[redacted]'}");
        assert_redacted(r#"{"secret" => "s3cr3t"}"#, r#"{"secret" => "[redacted]"}"#);
        assert_redacted("at `token`: s3cr3t", "at `token`: [redacted]");
        assert_redacted(r#"token: "s3cr3t\\" end"#, r#"token: "[redacted]" end"#);
        assert_redacted(r#"token: "s3cr3t\"s3cr3t" end"#, r#"token: "[redacted]" end"#);
        assert_redacted(r#"token: "s3cr3t without an end"#, r#"token: "[redacted]"#);
    }

    #[test]
    fn headers_are_redacted_to_their_end() {
        assert_redacted(
            "authorization: Bearer s3cr3t\nhost: a",
            "authorization: [redacted]\nhost: a",
        );
        assert_redacted("Cookie: a=s3cr3t; b=s3cr3t\r\n", "Cookie: [redacted]\r\n");
        assert_redacted(
            r#"("authorization", "Bearer s3cr3t")"#,
            r#"("authorization", "[redacted]")"#,
        );
        assert_redacted("auth_token=Basic s3cr3t", "auth_token=[redacted]");
    }

    #[test]
    fn debug_output_is_redacted() {
        let mut headers = http::HeaderMap::new();
        headers.append("set-cookie", http::HeaderValue::from_static("s3cr3t=\"1\""));
        headers.append("set-cookie", http::HeaderValue::from_static("s3cr3t"));
        headers.append("host", http::HeaderValue::from_static("a"));
        let debug = format!("{headers:?}");
        assert_redacted(
            &debug,
            r#"{"set-cookie": "[redacted]", "set-cookie": "[redacted]", "host": "a"}"#,
        );
        assert_redacted(
            r#"Login { user: "me", password: Some("s3cr3t)"), secret: None }"#,
            r#"Login { user: "me", password: [redacted], secret: None }"#,
        );
        assert_redacted(
            r#"Auth { token: b"s3cr3t", cookies: ["s3cr3t]", "s3cr3t"], jwt: a::Jwt { x: "s3cr3t" } }"#,
            r#"Auth { token: b"[redacted]", cookies: [redacted], jwt: [redacted] }"#,
        );
        assert_redacted(
            r#"Object {"cookies": Array [String("s3cr3t]"), String("s3cr3t")], "a": Number(1)}"#,
            r#"Object {"cookies": [redacted], "a": Number(1)}"#,
        );
        let body = format!("{:?}", Some(r#"{"password":"s3cr3t","a":"b"}"#));
        assert_redacted(&body, r#"Some("{\"password\":\"[redacted]\",\"a\":\"b\"}")"#);
    }

    #[test]
    fn urls_lose_their_user_and_query() {
        assert_redacted(
            "error for url (https://me:s3cr3t@a.example:8443/b?x=s3cr3t&y=(s3cr3t)#s3cr3t): closed",
            "error for url (https://a.example:8443/b): closed",
        );
        assert_redacted("http://a?s3cr3t http://b#s3cr3t", "http://a http://b");
        assert_redacted("https://a/https://b:s3cr3t@c/?s3cr3t", "https://a/https://c/");
        assert_redacted("https://a/token=s3cr3t?b=1&s3cr3t", "https://a/token=[redacted]");
        assert_redacted(r"https://a?b=1\u0026c=s3cr3t end", "https://a end");
        assert_redacted("at https://a?s3cr3t: token=s3cr3t", "at https://a: token=[redacted]");
        assert_redacted("postgres://app:s3cr3t@db/shop", "postgres://db/shop");
    }

    #[test]
    fn other_text_is_returned_unchanged() {
        for text in [
            "",
            "order placed",
            "GET /orders: 200, took 3 ms",
            "crate::token::Token == secret::Key",
            "password: None, token: \"\", secret=",
            "token: [redacted], cookie: Sensitive",
            "https://shop.example:8443/orders and 12:30",
            "a, b, (\"c\", \"d\")",
            "next_token=abc",
            "no access to arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf",
        ] {
            assert!(
                matches!(Redaction::default().text(text), std::borrow::Cow::Borrowed(_)),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn redaction_is_idempotent(
            text in r#"(token|"|\\|'|:|=|,| |\(|\[|\{|\}|\]|\)|://|@|\?|é|Some|x){0,40}"#
        ) {
            // Quotes that nothing closes make the second pass see more; it never fails and comes to an end.
            let mut text = text;
            for _ in 0..40 {
                let next = redacted(&text);
                if next == text {
                    return Ok(());
                }
                text = next;
            }
            proptest::prop_assert!(false, "does not settle: {text}");
        }
    }
}
