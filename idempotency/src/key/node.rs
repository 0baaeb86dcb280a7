use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// How deep arrays and objects may lie in each other.
const DEEPEST: usize = 128;

/// JSON, read in one go.
///
/// Numbers whose text serde does not tell, because it is no `u64` or `i64` and might yet be whole, are
/// refused by that: [`exact`](Self::exact) reads them from the text itself.
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// A number as its text.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    /// Members in their canonical order, each name once.
    Object(Vec<(Cow<'a, str>, Self)>),
}

/// From here on a number may be whole although serde gives a double.
const MAYBE_WHOLE: f64 = 9_223_372_036_854_775_808.0;

impl<'a> Node<'a> {
    /// Reads JSON level by level, and numbers as their texts.
    pub(super) fn exact(json: &'a str) -> Result<Self, serde_json::Error> {
        Self::below(serde_json::from_str(json)?, DEEPEST)
    }

    fn below(json: &'a RawValue, depth: usize) -> Result<Self, serde_json::Error> {
        let text = json.get();
        Ok(match text.as_bytes().first() {
            Some(b'{' | b'[') if depth == 0 => {
                return Err(Error::custom(format!("deeper than {DEEPEST} levels")));
            }
            Some(b'{') => {
                let members: BTreeMap<Name<'a>, &RawValue> = serde_json::from_str(text)?;
                let members = members.into_iter();
                let below = |(Name(name), value)| Ok((name, Self::below(value, depth - 1)?));
                Self::Object(members.map(below).collect::<Result<_, serde_json::Error>>()?)
            }
            Some(b'[') => {
                let values: Vec<&RawValue> = serde_json::from_str(text)?;
                let below = |value| Self::below(value, depth - 1);
                Self::List(values.into_iter().map(below).collect::<Result<_, _>>()?)
            }
            Some(b'-' | b'0'..=b'9') => Self::Number(text),
            _ => serde_json::from_str(text)?,
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Node::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Node::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        // `-0` comes as a double as well.
        if number.abs() >= MAYBE_WHOLE || number == 0.0 {
            return Err(E::custom("a number to read from the text"));
        }
        Ok(Node::Float(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Node::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        Ok(Node::Object(in_order(members)))
    }
}

/// Sorts members by the code points of their names, which is the order of their bytes; of those with one name
/// the last stays.
fn in_order<'a>(mut members: Vec<(Cow<'a, str>, Node<'a>)>) -> Vec<(Cow<'a, str>, Node<'a>)> {
    // From the last to the first, so that the last of one name comes first and stays.
    members.reverse();
    members.sort_by(|(a, _), (b, _)| a.cmp(b));
    members.dedup_by(|(later, _), (kept, _)| later == kept);
    members
}

/// The name of a member, borrowed where it has no escapes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}
