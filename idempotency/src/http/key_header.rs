//! The value of the header, a String of Structured Field Values (RFC 9651, 4.2.5), or the same without quotes.

use http::{HeaderMap, HeaderName};

/// Why a request's key can't be used. It says what is wrong, and never quotes the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum InvalidKey {
    #[error("the request has more than one")]
    Repeated,
    #[error("its value is empty")]
    Empty,
    #[error("its value has a quote that is not closed")]
    Unclosed,
    #[error(
        "its value may only have printable ASCII characters, with a quote or a backslash after a backslash"
    )]
    InvalidCharacter,
    #[error("its value must end after the closing quote")]
    Trailing,
    #[error(
        "its value must be in double quotes, because it has other characters than letters, digits and !#$%&'*+-./:=@^_`|~"
    )]
    Unquoted,
    #[error("its value is longer than {0} characters")]
    TooLong(usize),
    #[error("its value is not in the format that this API documents")]
    UnknownFormat,
}

/// Returns the key of a request; `None` if it has no such header.
pub(super) fn key_of(
    headers: &HeaderMap,
    name: &HeaderName,
    max_length: usize,
) -> Result<Option<String>, InvalidKey> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(InvalidKey::Repeated);
    }
    let key = parse(value.as_bytes().trim_ascii())?;
    match key.len() {
        0 => Err(InvalidKey::Empty),
        length if length > max_length => Err(InvalidKey::TooLong(max_length)),
        _ => Ok(Some(key)),
    }
}

fn parse(value: &[u8]) -> Result<String, InvalidKey> {
    let Some(quoted) = value.strip_prefix(b"\"") else {
        return unquoted(value);
    };
    let (key, rest) = string(quoted)?;
    if is_parameters(rest) { Ok(key) } else { Err(InvalidKey::Trailing) }
}

/// Takes a value as most clients send it today. A comma would be two values that somebody on the way has joined, and
/// a semicolon would begin parameters.
fn unquoted(value: &[u8]) -> Result<String, InvalidKey> {
    let is_allowed =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-./:=@^_`|~".contains(byte);
    match value.iter().all(is_allowed) {
        true => Ok(value.iter().copied().map(char::from).collect()),
        false => Err(InvalidKey::Unquoted),
    }
}

/// Reads up to the closing quote; returns the text, and what follows.
fn string(value: &[u8]) -> Result<(String, &[u8]), InvalidKey> {
    let mut text = String::new();
    let mut rest = value;
    loop {
        rest = match rest {
            [b'"', rest @ ..] => return Ok((text, rest)),
            [b'\\', escaped @ (b'"' | b'\\'), rest @ ..] => {
                text.push(char::from(*escaped));
                rest
            }
            [plain @ b' '..=b'~', rest @ ..] if *plain != b'\\' => {
                text.push(char::from(*plain));
                rest
            }
            [] => return Err(InvalidKey::Unclosed),
            _ => return Err(InvalidKey::InvalidCharacter),
        }
    }
}

/// Tells whether nothing follows but parameters, which the draft has none of and a parser has to ignore.
fn is_parameters(mut rest: &[u8]) -> bool {
    while let [b';', after @ ..] = rest {
        let name = after.trim_ascii_start();
        let length = name.iter().take_while(|byte| is_name(**byte)).count();
        if length == 0 {
            return false;
        }
        rest = match &name[length..] {
            [b'=', b'"', value @ ..] => match string(value) {
                Ok((_, rest)) => rest,
                Err(_) => return false,
            },
            [b'=', value @ ..] => {
                let length = value.iter().take_while(|byte| is_bare(**byte)).count();
                if length == 0 {
                    return false;
                }
                &value[length..]
            }
            rest => rest,
        };
    }
    rest.is_empty()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
}

/// Tells whether a byte may be in a value that is not a string: a number, token, byte sequence or boolean.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-./:=?@^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn key(values: &[&[u8]]) -> Result<Option<String>, InvalidKey> {
        let name = HeaderName::from_static("idempotency-key");
        let values = values.iter().map(|value| HeaderValue::from_bytes(value).unwrap());
        let headers: HeaderMap = values.map(|value| (name.clone(), value)).collect();
        key_of(&headers, &name, 36)
    }

    fn accepted(value: &str) -> String {
        key(&[value.as_bytes()]).unwrap().unwrap()
    }

    fn rejected(value: &[u8]) -> InvalidKey {
        key(&[value]).unwrap_err()
    }

    #[test]
    fn quoted_and_unquoted_keys_are_the_same() {
        let uuid = "8e03978e-40d5-43e8-bc93-6894a57f9324";
        assert_eq!(accepted(&format!("\"{uuid}\"")), uuid);
        assert_eq!(accepted(uuid), uuid);
        assert_eq!(accepted(&format!("  \"{uuid}\"\t")), uuid);
        assert_eq!(key(&[]), Ok(None));
    }

    #[test]
    fn escapes_of_a_quoted_key_are_resolved() {
        assert_eq!(accepted(r#""a \"b\" \\ c, d; e""#), r#"a "b" \ c, d; e"#);
    }

    #[test]
    fn parameters_are_ignored() {
        assert_eq!(accepted(r#""k";v=1;a="x, \" y"; flag;b=:aGk=:"#), "k");
        for broken in [r#""k";"#, r#""k";V=1"#, r#""k";v="#, r#""k";v="x"#, r#""k" ;v"#] {
            assert_eq!(rejected(broken.as_bytes()), InvalidKey::Trailing, "{broken}");
        }
    }

    #[test]
    fn two_keys_are_rejected_also_where_a_gateway_has_joined_them() {
        assert_eq!(key(&[b"\"a\"", b"\"b\""]), Err(InvalidKey::Repeated));
        assert_eq!(rejected(b"\"a\", \"b\""), InvalidKey::Trailing);
        assert_eq!(rejected(b"a,b"), InvalidKey::Unquoted);
    }

    #[test]
    fn malformed_keys_are_rejected_with_their_reason() {
        assert_eq!(rejected(b""), InvalidKey::Empty);
        assert_eq!(rejected(b"\"\""), InvalidKey::Empty);
        assert_eq!(rejected(b"\"abc"), InvalidKey::Unclosed);
        assert_eq!(rejected(b"\"abc\\"), InvalidKey::InvalidCharacter);
        assert_eq!(rejected(br#""a\bc""#), InvalidKey::InvalidCharacter);
        assert_eq!(rejected(b"\"a\tb\""), InvalidKey::InvalidCharacter);
        assert_eq!(rejected("\"Zoë\"".as_bytes()), InvalidKey::InvalidCharacter);
        assert_eq!(rejected("Zoë".as_bytes()), InvalidKey::Unquoted);
        assert_eq!(rejected(b"a b"), InvalidKey::Unquoted);
        assert_eq!(rejected(b"abc\""), InvalidKey::Unquoted);
        assert_eq!(rejected(&[b'a'; 37]), InvalidKey::TooLong(36));
        assert_eq!(accepted(&"a".repeat(36)).len(), 36);
    }
}
