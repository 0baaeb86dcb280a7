//! Results as attribute values, as Powertools for TypeScript keeps them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::Error as _;
use serde_json::value::RawValue;

use crate::key::attribute_number;

/// Turns JSON into an attribute value; numbers keep their digits, and are written as JavaScript writes them.
///
/// # Errors
///
/// The text is not JSON, or has a number that DynamoDB can't keep.
pub(super) fn from_json(json: &str) -> Result<AttributeValue, serde_json::Error> {
    let json = json.trim();
    Ok(match json.as_bytes().first() {
        Some(b'{') => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            let member = |(name, value): (String, &RawValue)| Ok((name, from_json(value.get())?));
            let members: Result<HashMap<_, _>, serde_json::Error> =
                members.into_iter().map(member).collect();
            AttributeValue::M(members?)
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(json)?;
            let values: Result<_, serde_json::Error> =
                values.into_iter().map(|value| from_json(value.get())).collect();
            AttributeValue::L(values?)
        }
        Some(b'"') => AttributeValue::S(serde_json::from_str(json)?),
        Some(b't' | b'f') => AttributeValue::Bool(serde_json::from_str(json)?),
        Some(b'n') => {
            let () = serde_json::from_str(json)?;
            AttributeValue::Null(true)
        }
        _ => {
            let number: &RawValue = serde_json::from_str(json)?;
            let number = attribute_number(number.get());
            AttributeValue::N(number.ok_or_else(|| {
                serde_json::Error::custom(
                    "a number of more than 38 digits, or beyond 1e-130 and 1e126",
                )
            })?)
        }
    })
}

/// Turns an attribute value into JSON, with members in the order of their names; `None` for binary data, which JSON
/// does not have.
pub(super) fn to_json(value: &AttributeValue) -> Option<String> {
    let mut json = String::new();
    write(&mut json, value)?;
    Some(json)
}

fn write(out: &mut String, value: &AttributeValue) -> Option<()> {
    match value {
        AttributeValue::Null(_) => out.push_str("null"),
        AttributeValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        AttributeValue::S(text) => write_text(out, text)?,
        AttributeValue::N(number) => write_number(out, number)?,
        AttributeValue::L(values) => write_list(out, values, write)?,
        AttributeValue::Ss(texts) => write_list(out, texts, |out, text| write_text(out, text))?,
        AttributeValue::Ns(numbers) => {
            write_list(out, numbers, |out, number| write_number(out, number))?;
        }
        AttributeValue::M(members) => {
            let members: BTreeMap<_, _> = members.iter().collect();
            out.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_text(out, name)?;
                out.push(':');
                write(out, value)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn write_list<T>(
    out: &mut String,
    values: &[T],
    write: fn(&mut String, &T) -> Option<()>,
) -> Option<()> {
    out.push('[');
    for (at, value) in values.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        write(out, value)?;
    }
    out.push(']');
    Some(())
}

fn write_text(out: &mut String, text: &str) -> Option<()> {
    out.push_str(&serde_json::to_string(text).ok()?);
    Some(())
}

fn write_number(out: &mut String, number: &str) -> Option<()> {
    let is_number = number.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    serde_json::from_str::<&RawValue>(number).ok().filter(|_| is_number)?;
    out.push_str(number);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_values_as_attributes() {
        for (json, back) in [
            (
                r#"{"b":[1.0,-2.5,1e21,true,null],"a":{"é":"\u0001\""}}"#,
                r#"{"a":{"é":"\u0001\""},"b":[1,-2.5,1e+21,true,null]}"#,
            ),
            ("18446744073709551617", "18446744073709551617"),
            (r#""""#, r#""""#),
            (" null ", "null"),
            ("[]", "[]"),
            ("{}", "{}"),
        ] {
            assert_eq!(to_json(&from_json(json).unwrap()).unwrap(), back);
        }
        for json in ["", "{", "1e400", "x"] {
            assert!(from_json(json).is_err(), "{json}");
        }
    }

    #[test]
    fn sets_are_arrays_and_binary_data_is_not_json() {
        let set = AttributeValue::Ss(vec!["a".into(), "b".into()]);
        assert_eq!(to_json(&set).unwrap(), r#"["a","b"]"#);
        let binary = AttributeValue::B(aws_sdk_dynamodb::primitives::Blob::new([1]));
        assert_eq!(to_json(&AttributeValue::L(vec![binary])), None);
    }
}
