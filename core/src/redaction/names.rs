//! Compares names regardless of how headers, code, and environment variables spell them.

/// Returns whether `name` ends with `ending`, which must be in lower case and without `-` and `_`.
pub(super) fn ends_with_name(name: &str, ending: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !is_ignored(*byte));
    ending
        .bytes()
        .rev()
        .all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

/// Returns whether the last two letters of `name` are those of a listed name, which quickly rules out most names.
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

/// Returns whether a byte is ignored when names are compared, so that `x_api_key` equals `X-Api-Key`.
pub(super) fn is_ignored(byte: u8) -> bool {
    matches!(byte, b'-' | b'_')
}
