//! Comparing names as people write them in headers, code and environment variables.

/// Returns whether `name` ends with `ending`, which is in lower case and has neither `-` nor `_`.
pub(super) fn ends_with_name(name: &str, ending: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !is_ignored(*byte));
    ending
        .bytes()
        .rev()
        .all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

/// Returns whether `name` ends with two letters that a listed name ends with: most names do not.
pub(super) fn may_end_sensitive(name: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !is_ignored(*byte));
    let (last, before) = (letters.next().unwrap_or(0), letters.next().unwrap_or(0));
    let ending = [before.to_ascii_lowercase(), last.to_ascii_lowercase()];
    matches!(
        &ending,
        b"ey"
            | b"on"
            | b"ie"
            | b"es"
            | b"wt"
            | b"se"
            | b"wd"
            | b"rd"
            | b"et"
            | b"en"
            | b"re"
            | b"er"
            | b"ce"
    )
}

/// Returns whether a byte of a name does not count: `x_api_key` is `X-Api-Key`.
pub(super) fn is_ignored(byte: u8) -> bool {
    matches!(byte, b'-' | b'_')
}
