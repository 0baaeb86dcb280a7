//! Events in JSON, as far as they are looked at.

use std::borrow::Cow;

use powertools_core::event::{Kind, NotJson, Reader, Token};

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

/// No event has what is looked at deeper than this; reading an object is a recursion.
const DEEPEST: usize = 8;

/// An event, a record of it or any other object; what is not looked at is not kept.
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
        let mut reader = Reader::new(json);
        let first = reader.next().ok()??;
        if reader.bytes(first) != b"{" {
            return None;
        }
        let object = Self::read(&mut reader).ok()?;
        reader.next().ok()?.is_none().then_some(object)
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

    /// Reads the rest of an object; of several members with one name the first counts.
    fn read(reader: &mut Reader<'a>) -> Result<Self, NotJson> {
        let mut object = Self(Vec::new());
        while let Some(name) = reader.next()?
            && name.kind == Kind::Name
            && let Some(value) = reader.next()?
        {
            let text = &*reader.text(name);
            match NAMES.into_iter().find(|known| *known == text) {
                Some(known) if !object.has(known) => {
                    let is_opened = !UNOPENED.contains(&known) && reader.depth() <= DEEPEST;
                    let is_there = is_opened || reader.bytes(value) != b"null";
                    let part = Part::read(reader, value, is_opened)?;
                    object.0.extend(is_there.then_some((known, part)));
                }
                _ => drop(reader.finish(value)?),
            }
        }
        Ok(object)
    }
}

impl<'a> Part<'a> {
    /// Reads the value that begins with `token`.
    fn read(reader: &mut Reader<'a>, token: Token, is_opened: bool) -> Result<Self, NotJson> {
        match token.kind {
            Kind::Text if std::str::from_utf8(reader.bytes(token)).is_ok() => {
                Ok(Self::Text(reader.text(token)))
            }
            Kind::Open if is_opened && reader.is_in_array() => Self::list(reader),
            Kind::Open if is_opened => Object::read(reader).map(Self::Object),
            _ => reader.finish(token).map(|_| Self::Other),
        }
    }

    fn list(reader: &mut Reader<'a>) -> Result<Self, NotJson> {
        let mut objects = Vec::new();
        while let Some(element) = reader.next()?
            && element.kind != Kind::Close
        {
            if reader.bytes(element) == b"{" {
                objects.push(Object::read(reader)?);
            } else {
                reader.finish(element)?;
            }
        }
        Ok(Self::List(objects))
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

    #[test]
    fn known_names_may_nest_as_deep_as_they_like() {
        let deep = "{\"s3\":[{\"object\":".repeat(100_000) + "1" + &"}]}".repeat(100_000);
        let event = format!("{{\"object\":{deep},\"path\":\"/\",\"time\":\"\\ud83d\"}}");
        let event = Object::parse(event.as_bytes()).unwrap();
        assert_eq!((event.text("path"), event.text("time")), (Some("/"), Some("\u{fffd}")));
    }
}
