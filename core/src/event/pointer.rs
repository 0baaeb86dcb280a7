use super::{Kind, NotJson, Reader, Token};

/// A JSON pointer (RFC 6901) to members of an event, with extensions for events of AWS.
///
/// - `-` matches any element of an array.
/// - Names inside `headers`, and inside any other member whose name ends with it, are matched in any case (RFC 9110).
/// - `headers` and `multiValueHeaders` are equivalent, and so are `queryStringParameters` and
///   `multiValueQueryStringParameters`, because an event may have either of them or both.
///
/// ```
/// use powertools_core::event::Pointer;
///
/// let event = br#"{"multiValueHeaders": {"X-Request-Id": ["r-1"]}}"#;
/// assert_eq!(Pointer::new("/headers/x-request-id").find_in(event).as_deref(), Some("r-1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer(Vec<String>);

/// Members with the same content, one with a single value for each name and one with all of them.
const SAME: [[&str; 2]; 2] = [
    ["headers", "multiValueHeaders"],
    ["queryStringParameters", "multiValueQueryStringParameters"],
];

impl Pointer {
    /// Parses a pointer; an [invalid](Self::is_valid) one points to the whole event, like the empty pointer.
    pub fn new(pointer: &str) -> Self {
        let unescape = |token: &str| token.replace("~1", "/").replace("~0", "~");
        let tokens = if Self::is_valid(pointer) { pointer } else { "" };
        Self(tokens.split('/').skip(1).map(unescape).collect())
    }

    /// Returns whether the text is a JSON pointer; a dotted path is not.
    pub fn is_valid(pointer: &str) -> bool {
        pointer.is_empty() || pointer.starts_with('/')
    }

    /// Returns the first string, number, or boolean that the pointer matches.
    ///
    /// A number keeps its digits. If a header has several values, the first one is returned. The event is read only up
    /// to the value; the result is `None` if there is no such value, or if the event is not valid JSON up to there.
    pub fn find_in(&self, event: &[u8]) -> Option<String> {
        self.search(Reader::new(event)).ok().flatten()
    }

    fn search(&self, mut reader: Reader<'_>) -> Result<Option<String>, NotJson> {
        // The number of elements that have been read of each array on the path, with an unused entry for each object.
        let mut path: Vec<usize> = Vec::new();
        let mut is_wanted = true;
        loop {
            let is_in_array = reader.is_in_array();
            let Some(token) = reader.next()? else {
                return Ok(None);
            };
            let level = path.len();
            match token.kind {
                Kind::Name => {
                    is_wanted = self.matches_name(level - 1, &reader.text(token));
                    continue;
                }
                Kind::Close => {
                    path.pop();
                    continue;
                }
                _ => {}
            }
            if is_in_array && let Some(index) = path.last_mut() {
                is_wanted = self.matches_index(level - 1, *index);
                *index += 1;
            }
            if is_wanted && level == self.0.len() {
                if let Some(found) = self.value(&mut reader, token)? {
                    return Ok(Some(found));
                }
            } else if is_wanted && token.kind == Kind::Open {
                path.push(0);
            } else {
                reader.finish(token)?;
            }
        }
    }

    /// Returns the value that begins with `token`, or the first one inside it if it is a list of values of one header.
    fn value(&self, reader: &mut Reader<'_>, token: Token) -> Result<Option<String>, NotJson> {
        if token.kind != Kind::Open {
            return Ok(scalar(reader, token));
        }
        let mut inside = reader.clone();
        reader.finish(token)?;
        if !self.is_header() || reader.bytes(token) != b"[" {
            return Ok(None);
        }
        let Some(first) = inside.next()? else {
            return Ok(None);
        };
        if first.kind != Kind::Open {
            return Ok(scalar(&inside, first));
        }
        // CloudFront: `[{"key": "Host", "value": "d123.cloudfront.net"}]`.
        while let Some(name) = inside.next()?
            && name.kind == Kind::Name
            && let Some(value) = inside.next()?
        {
            if inside.text(name) == "value" {
                return Ok(scalar(&inside, value));
            }
            inside.finish(value)?;
        }
        Ok(None)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the pointer continues with a member called `name` after `at` tokens.
    pub(super) fn matches_name(&self, at: usize, name: &str) -> bool {
        let Some(token) = self.0.get(at) else {
            return false;
        };
        let is_in_headers = || at > 0 && is_header_map(&self.0[at - 1]);
        token == name
            || (is_in_headers() && token.eq_ignore_ascii_case(name))
            || SAME.iter().any(|same| same.contains(&&**token) && same.contains(&name))
    }

    /// Returns whether the pointer continues with the element at `index` after `at` tokens.
    pub(super) fn matches_index(&self, at: usize, index: usize) -> bool {
        let Some(token) = self.0.get(at) else {
            return false;
        };
        // Parsing the token would accept a sign.
        token == "-"
            || (token.bytes().all(|byte| byte.is_ascii_digit()) && token.parse() == Ok(index))
    }

    /// Returns the name of the query parameter that the pointer matches, or `Some(None)` if it matches all of them.
    pub(super) fn query_parameter(&self) -> Option<Option<&str>> {
        let at = self.0.iter().position(|token| SAME[1].contains(&&**token))?;
        Some(self.0.get(at + 1).map(|name| &**name))
    }

    fn is_header(&self) -> bool {
        self.0.len() > 1 && is_header_map(&self.0[self.0.len() - 2])
    }
}

/// Returns whether a member of this name contains headers, such as `multiValueHeaders`, `requestHeaders`,
/// `customHeaders`.
fn is_header_map(name: &str) -> bool {
    const ENDING: &str = "headers";
    let start = name.len().checked_sub(ENDING.len());
    start.and_then(|start| name.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(ENDING))
}

fn scalar(reader: &Reader<'_>, token: Token) -> Option<String> {
    let is_scalar = match token.kind {
        Kind::Text | Kind::Number => true,
        Kind::Literal => reader.bytes(token) != b"null",
        _ => false,
    };
    is_scalar.then(|| reader.text(token).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pointer: &str, event: &str) -> Option<String> {
        Pointer::new(pointer).find_in(event.as_bytes())
    }

    #[test]
    fn pointer_finds_values_in_objects_and_arrays() {
        let event = r#"{"a":[{"b/c":"x"},{"~":7}],"\u0061b":true,"n":null,"f":1.50,"i":-1}"#;
        assert_eq!(at("/a/0/b~1c", event).as_deref(), Some("x"));
        assert_eq!(at("/a/1/~0", event).as_deref(), Some("7"));
        assert_eq!(at("/a/-/~0", event).as_deref(), Some("7"));
        assert_eq!(at("/ab", event).as_deref(), Some("true"));
        assert_eq!(
            (at("/f", event).unwrap(), at("/i", event).unwrap()),
            ("1.50".into(), "-1".into())
        );
        assert_eq!(at("", "7").as_deref(), Some("7"));
        for nothing in ["", "/n", "/a", "/a/2", "/a/+1", "/a/x", "/z/z", "/f/x", "a"] {
            assert_eq!(at(nothing, event), None, "{nothing}");
        }
    }

    #[test]
    fn first_pointer_with_a_value_wins() {
        let event =
            r#"{"a":{"b":null},"c":{"a":{"b":1}},"a":{"b":{"b":2}},"a":{"b":3},"a":{"b":4}}"#;
        assert_eq!(at("/a/b", event).as_deref(), Some("3"));
    }

    #[test]
    fn rest_of_the_event_is_not_parsed() {
        assert_eq!(at("/id", r#"{"id":"x", and then nonsense"#).as_deref(), Some("x"));
        for event in ["not json", "", "{", r#"{"ID""#, r#"{"id" "x"}"#] {
            assert_eq!(at("/id", event), None, "{event}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(
            at("/id", r#"{"id": 20241128123456789012345}"#).unwrap(),
            "20241128123456789012345"
        );
        assert_eq!(at("/id", r#"{"id":1e400}"#).unwrap(), "1e400");
    }

    #[test]
    fn values_after_unusual_ones_are_found() {
        let deep = "[".repeat(300) + &"]".repeat(300);
        for odd in [r#""\ud83d""#, "1e400", &deep] {
            assert_eq!(at("/id", &format!(r#"{{"odd":{odd},"id":"x"}}"#)).as_deref(), Some("x"));
        }
        assert_eq!(at("/id", r#"{"\ud83d":1,"id":"a\ud83d"}"#).as_deref(), Some("a\u{fffd}"));
    }

    #[test]
    fn headers_are_found_in_any_case_and_form() {
        for event in [
            r#"{"headers":{"x-id":"1"}}"#,
            r#"{"headers":{"X-Id":"1"}}"#,
            r#"{"headers":null,"multiValueHeaders":{"X-ID":["1","2"]}}"#,
            r#"{"multiValueHeaders":{"x-id":["1"]}}"#,
            r#"{"headers":{"x-id":["1"]}}"#,
            r#"{"headers":{"x-id":[{"key":"X-Id","value":"1"}]}}"#,
        ] {
            assert_eq!(at("/headers/X-id", event).as_deref(), Some("1"), "{event}");
            assert_eq!(at("/multiValueHeaders/x-id", event).as_deref(), Some("1"), "{event}");
        }
        for event in [
            r#"{"headers":{"x-id":[]}}"#,
            r#"{"headers":{"x-id":[[1]]}}"#,
            r#"{"Headers":{"x-id":1}}"#,
        ] {
            assert_eq!(at("/headers/x-id", event), None, "{event}");
        }
        assert_eq!(at("/body/x-id", r#"{"body":{"X-Id":"1"}}"#), None);
        assert_eq!(
            at("/request/requestHeaders/x-id", r#"{"request":{"requestHeaders":{"X-Id":1}}}"#)
                .as_deref(),
            Some("1")
        );
    }
}
