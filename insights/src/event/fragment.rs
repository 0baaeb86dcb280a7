//! Finds the start of the JSON in a line.

use memchr::memchr_iter;

/// The maximum number of attempts: a line that looks like JSON so often without being valid is text.
const ATTEMPTS: usize = 8;

/// Returns the parts of a line that may start with a JSON object, in order.
pub(crate) fn candidates(line: &str) -> impl Iterator<Item = &str> {
    memchr_iter(b'{', line.as_bytes())
        .filter(|&at| begins_object(&line.as_bytes()[at + 1..]))
        .filter_map(|at| line.get(at..))
        .take(ATTEMPTS)
}

fn begins_object(rest: &[u8]) -> bool {
    let first = rest.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(first, Some(b'"' | b'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_text_are_not_json() {
        let line = r#"[x] {id} { } { "a": 1}"#;
        assert_eq!(candidates(line).collect::<Vec<_>>(), [r#"{ } { "a": 1}"#, r#"{ "a": 1}"#]);
        assert_eq!(candidates("plain").count(), 0);
        assert_eq!(candidates(&r#"{"#.repeat(1000)).count(), 0);
    }
}
