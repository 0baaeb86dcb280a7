//! The contents of JSON strings, without the quotes.

use std::{borrow::Cow, ops::Range};

/// Returns the length of the escape sequence at the start of `text`, if it is a valid one.
pub(super) fn escape_len(text: &[u8]) -> Option<usize> {
    match text.get(1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => text.get(2..6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// Returns the decoded contents of a string; invalid UTF-8 and halves of surrogate pairs are replaced by U+FFFD.
pub(super) fn unescape(inside: &[u8]) -> Cow<'_, str> {
    if !inside.contains(&b'\\') {
        return String::from_utf8_lossy(inside);
    }
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    while let Some(length) = inside[at..].iter().position(|byte| *byte == b'\\') {
        text.push_str(&String::from_utf8_lossy(&inside[at..at + length]));
        let (character, length_of_escape) = unescape_one(&inside[at + length..]);
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        at += length + length_of_escape;
    }
    text.push_str(&String::from_utf8_lossy(&inside[at..]));
    Cow::Owned(text)
}

/// Reports each half of a surrogate pair without its other half, because most JSON readers reject it.
pub(super) fn lone_surrogates(inside: &[u8], mut report: impl FnMut(Range<usize>)) {
    let mut at = 0;
    while let Some(length) = inside[at..].iter().position(|byte| *byte == b'\\') {
        let start = at + length;
        let (character, length_of_escape) = unescape_one(&inside[start..]);
        at = start + length_of_escape;
        if character.is_none() {
            report(start..at);
        }
    }
}

/// Returns the character that the escape sequence at the start of `text` encodes, and the length of the sequence.
///
/// The character is `None` for half of a surrogate pair.
fn unescape_one(text: &[u8]) -> (Option<char>, usize) {
    let character = match text.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unescape_unicode(text),
        Some(other) => char::from(*other),
        None => return (None, text.len()),
    };
    (Some(character), 2)
}

fn unescape_unicode(text: &[u8]) -> (Option<char>, usize) {
    let first = code_unit(text);
    let second =
        first.filter(|first| matches!(first, 0xd800..0xdc00)).and_then(|_| code_unit(&text[6..]));
    match (first, second) {
        (Some(first), Some(second @ 0xdc00..0xe000)) => {
            let character = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            (char::from_u32(character), 12)
        }
        (Some(first), _) => (char::from_u32(first), 6),
        (None, _) => (None, text.len().min(2)),
    }
}

/// Returns the code unit of the `\uXXXX` at the start of `text`.
fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_replaced() {
        for (inside, text) in [
            ("plain é", "plain é"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0061\u00e9\ud83d\ude00", "aé😀"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ude00\ud83dx", "\u{fffd}\u{fffd}x"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"\ud83d\n", "\u{fffd}\n"),
        ] {
            assert_eq!(unescape(inside.as_bytes()), text, "{inside}");
        }
        assert_eq!(unescape(b"a\xff\\n\xfe"), "a\u{fffd}\n\u{fffd}");
    }

    #[test]
    fn lone_surrogates_are_found() {
        let mut found = Vec::new();
        lone_surrogates(br"\\ud83d\ud83d\ude00\ud83d \ude00\n", |range| found.push(range));
        assert_eq!(found, [19..25, 26..32]);
    }
}
