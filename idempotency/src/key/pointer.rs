use std::ops::Range;

use powertools_core::event::{Kind, NotJson, Reader};
use serde_json::value::RawValue;

use super::PayloadError;

/// Follows a JSON pointer (RFC 6901) through a text; of members with the same name the last one counts.
///
/// # Errors
///
/// The pointer is not empty and does not begin with a slash, or the text is not JSON.
pub(super) fn follow<'a>(json: &'a str, pointer: &str) -> Result<Option<&'a str>, PayloadError> {
    let Some(tokens) = pointer.strip_prefix('/') else {
        return match pointer {
            "" => Ok(Some(json)),
            _ => Err(PayloadError::InvalidPointer(pointer.to_owned())),
        };
    };
    let mut value = json;
    for token in tokens.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        match child(value.as_bytes(), &token) {
            Ok(Some(range)) => value = value.get(range).unwrap_or_default(),
            Ok(None) => return Ok(None),
            Err(_) => {
                return serde_json::from_str::<&RawValue>(json).map(|_| None).map_err(Into::into);
            }
        }
    }
    Ok(Some(value))
}

/// Returns where the member or element of a container is that a token names.
fn child(json: &[u8], token: &str) -> Result<Option<Range<usize>>, NotJson> {
    let mut reader = Reader::new(json);
    let Some(container) = reader.next()?.filter(|token| token.kind == Kind::Open) else {
        return Ok(None);
    };
    let is_array = reader.bytes(container) == b"[";
    let mut index = token.parse::<usize>().ok().filter(|_| is_array);
    let mut is_named = false;
    let mut found = None;
    while let Some(next) = reader.next()? {
        match next.kind {
            Kind::Name => {
                is_named = reader.text(next) == token;
                continue;
            }
            Kind::Close => break,
            _ => {}
        }
        let range = next.start..reader.finish(next)?;
        if is_named || index == Some(0) {
            found = Some(range);
        }
        index = index.and_then(|index| index.checked_sub(1));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_lead_to_the_text_as_it_is() {
        let json =
            r#" {"a~/b": [10, 1.50, {"": "x"}], "n": 18446744073709551617, "d": 1, "d": [2] } "#;
        for (pointer, found) in [
            ("", Some(json)),
            ("/a~0~1b/1", Some("1.50")),
            ("/a~0~1b/2/", Some(r#""x""#)),
            ("/a~0~1b/3", None),
            ("/a~0~1b/-", None),
            ("/a~0~1b/x", None),
            ("/n", Some("18446744073709551617")),
            ("/n/0", None),
            ("/d", Some("[2]")),
            ("/gone", None),
        ] {
            assert_eq!(follow(json, pointer).unwrap(), found, "{pointer}");
        }
        assert!(matches!(follow(json, "n"), Err(PayloadError::InvalidPointer(_))));
        assert!(matches!(follow("{\"a\"", "/a"), Err(PayloadError::Json(_))));
    }
}
