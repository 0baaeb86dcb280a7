//! Which numbers JMESPath keeps exact.

/// Returns the first whole number of a JSON text that 64 bits don't hold.
///
/// It would become the nearest double, and two keys that differ would be one.
pub(super) fn oversized(json: &str) -> Option<&str> {
    let mut rest = json;
    while let Some(at) = rest.find(['"', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        let (token, after) = rest[at..].split_at(end_of_token(&rest[at..]));
        if is_whole(token) && token.parse::<i64>().is_err() && token.parse::<u64>().is_err() {
            return Some(token);
        }
        rest = after;
    }
    None
}

fn is_whole(token: &str) -> bool {
    !token.starts_with('"') && !token.contains(['.', 'e', 'E'])
}

/// Returns where the string or number ends that the text begins with.
fn end_of_token(text: &str) -> usize {
    if !text.starts_with('"') {
        let inside = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
        return text.find(|c| !inside(c)).unwrap_or(text.len());
    }
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_numbers_beyond_64_bits_are_found() {
        for fine in [
            "18446744073709551615",
            "-9223372036854775808",
            "[1e30, 123456789012345678901234567890.0, -0]",
            r#"{"18446744073709551616": "\"18446744073709551616\\"}"#,
            "",
            "\"open",
        ] {
            assert_eq!(oversized(fine), None, "{fine}");
        }
        assert_eq!(
            oversized(r#"{"é":"\\","a":[1,18446744073709551616]}"#),
            Some("18446744073709551616")
        );
        assert_eq!(oversized("-9223372036854775809"), Some("-9223372036854775809"));
    }
}
