/// Splits a JSON pointer (RFC 6901) into its unescaped tokens.
pub(crate) fn tokens(pointer: &str) -> Vec<String> {
    let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
    pointer.split('/').skip(1).map(unescape).collect()
}

/// Tells whether this is a JSON pointer at all; dotted paths are not.
pub(crate) fn is_valid(pointer: &str) -> bool {
    pointer.is_empty() || pointer.starts_with('/')
}
