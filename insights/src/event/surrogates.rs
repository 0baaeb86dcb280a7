//! Unpaired surrogates, which JavaScript writes if a text was truncated, and which a Rust string can't contain.

use std::borrow::Cow;

use memchr::memmem;

/// Where an escape `\uXXXX` begins, and how long it is.
const ESCAPE: usize = 6;

/// Returns the JSON with each unpaired surrogate replaced by `\ufffd`; `None` if there is none.
pub(crate) fn repaired(json: &str) -> Option<String> {
    let mut repaired = Cow::Borrowed(json);
    let mut next = 0;
    for at in memmem::find_iter(json.as_bytes(), b"\\u") {
        if at < next || is_escaped(json, at) {
            continue;
        }
        match (unit(json, at), unit(json, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => next = at + 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                repaired.to_mut().replace_range(at..at + ESCAPE, "\\ufffd");
            }
            _ => {}
        }
    }
    match repaired {
        Cow::Borrowed(_) => None,
        Cow::Owned(repaired) => Some(repaired),
    }
}

/// Returns the number of the escape at a place.
fn unit(json: &str, at: usize) -> Option<u16> {
    let escape = json.get(at..at + ESCAPE)?;
    let digits = escape.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

/// Returns whether the backslash at a place is itself escaped.
fn is_escaped(json: &str, at: usize) -> bool {
    json.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        assert_eq!(
            repaired(r#""\ud83d\ude00 \ud83d \ude00""#).as_deref(),
            Some(r#""\ud83d\ude00 \ufffd \ufffd""#)
        );
        assert_eq!(repaired(r#""\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffd\ud83d\ude00""#));
        assert_eq!(repaired(r#""\\ud83d \u00e9 \ud83d\ude00 \ud8""#), None);
    }
}
