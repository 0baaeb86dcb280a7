//! Events in JSON, as far as they are looked at.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// The members that are looked at, in whatever object they stand.
const NAMES: [&str; 35] = [
    "Records",
    "eventSource",
    "EventSource",
    "eventSourceARN",
    "eventName",
    "eventTime",
    "messageId",
    "attributes",
    "AWSTraceHeader",
    "s3",
    "bucket",
    "name",
    "object",
    "key",
    "Sns",
    "TopicArn",
    "MessageId",
    "requestContext",
    "http",
    "identity",
    "method",
    "sourceIp",
    "userAgent",
    "connectionId",
    "elb",
    "httpMethod",
    "path",
    "rawPath",
    "raw_path",
    "resource",
    "routeKey",
    "source",
    "time",
    "detail-type",
    "detail",
];

/// Members that are only asked whether they are there: what is in them may be large.
const UNOPENED: [&str; 2] = ["elb", "detail"];

/// An event, a record of it or any other object; what is not looked at is not kept.
///
/// One type for all of them, because derived ones for each would be a fifth of what this crate adds to a program.
#[derive(Debug)]
pub(super) struct Object<'a>(Vec<(&'static str, Part<'a>)>);

#[derive(Debug)]
enum Part<'a> {
    Text(Cow<'a, str>),
    Object(Object<'a>),
    List(Vec<Object<'a>>),
    Other,
}

impl<'a> Object<'a> {
    /// Reads JSON that is an object.
    pub(super) fn parse(json: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// Returns the text that is called so.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.part(name)? {
            Part::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the object that is called so.
    pub(super) fn object(&self, name: &str) -> Option<&Self> {
        match self.part(name)? {
            Part::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Returns the objects of the list that is called so, none where nothing is; nothing where it is no list.
    pub(super) fn list(&self, name: &str) -> Option<&[Self]> {
        match self.part(name) {
            None => Some(&[]),
            Some(Part::List(objects)) => Some(objects),
            Some(_) => None,
        }
    }

    /// Tells whether there is a member that is called so.
    pub(super) fn has(&self, name: &str) -> bool {
        self.part(name).is_some()
    }

    fn part(&self, name: &str) -> Option<&Part<'a>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, part)| part)
    }

    /// Adds the next value of `map`; of several with one name the first counts.
    fn take<M: MapAccess<'a>>(&mut self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
        let part = if self.has(name) {
            map.next_value::<IgnoredAny>()?;
            None
        } else if UNOPENED.contains(&name) {
            map.next_value::<Option<IgnoredAny>>()?.map(|_| Part::Other)
        } else {
            Some(map.next_value()?)
        };
        self.0.extend(part.map(|part| (name, part)));
        Ok(())
    }
}

impl<'a> Deserialize<'a> for Object<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_map(PartVisitor(PhantomData))? {
            Part::Object(object) => Ok(object),
            _ => Err(serde::de::Error::custom("an object was expected")),
        }
    }
}

impl<'a> Deserialize<'a> for Part<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartVisitor(PhantomData))
    }
}

struct PartVisitor<'a>(PhantomData<&'a ()>);

impl<'a> Visitor<'a> for PartVisitor<'a> {
    type Value = Part<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of an event")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Part<'a>, E> {
        Ok(Part::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Part<'a>, E> {
        Ok(Part::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Part<'a>, M::Error> {
        let mut object = Object(Vec::new());
        while let Some(Name(name)) = map.next_key()? {
            match name {
                Some(name) => object.take(name, &mut map)?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Part::Object(object))
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut list: S) -> Result<Part<'a>, S::Error> {
        let mut objects = Vec::new();
        while let Some(part) = list.next_element()? {
            if let Part::Object(object) = part {
                objects.push(object);
            }
        }
        Ok(Part::List(objects))
    }

    fn visit_unit<E>(self) -> Result<Part<'a>, E> {
        Ok(Part::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Part<'a>, E> {
        Ok(Part::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Part<'a>, E> {
        Ok(Part::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Part<'a>, E> {
        Ok(Part::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Part<'a>, E> {
        Ok(Part::Other)
    }
}

/// The name of a member, if it is looked at.
struct Name(Option<&'static str>);

impl<'a> Deserialize<'a> for Name {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(Name(NAMES.into_iter().find(|known| *known == name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_at_is_kept_once_and_nothing_else() {
        let event = br#"{"path": "/a", "path": "/b", "method": null, "source": 7, "mine": "x",
            "time": "1\u0039", "detail": {"path": 1}, "elb": null,
            "requestContext": {"http": {"method": "GET", "protocol": "HTTP/1.1"}}}"#;
        let event = Object::parse(event).unwrap();
        assert_eq!((event.text("path"), event.text("time")), (Some("/a"), Some("19")));
        assert_eq!(
            (event.text("method"), event.text("source"), event.text("mine")),
            (None, None, None)
        );
        assert_eq!((event.has("detail"), event.has("elb")), (true, false));
        assert!(event.object("detail").is_none(), "it is not looked into");
        let http = event.object("requestContext").unwrap().object("http").unwrap();
        assert_eq!((http.text("method"), http.0.len()), (Some("GET"), 1));
    }

    #[test]
    fn what_is_listed_are_objects() {
        let listed = |event: &'static str| {
            Some(Object::parse(event.as_bytes()).unwrap().list("Records")?.len())
        };
        assert_eq!(listed(r#"{"Records": [{"key": "a"}, {}, 1, [{}]]}"#), Some(2));
        assert_eq!(listed(r#"{"path": "/"}"#), Some(0));
        for event in [r#"{"Records": 7}"#, r#"{"Records": {}}"#, r#"{"Records": null}"#] {
            assert_eq!(listed(event), None, "{event}");
        }
        assert!(Object::parse(b"[{}]").is_none());
    }
}
