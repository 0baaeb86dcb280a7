use std::fmt;

use powertools_core::json::f64_text;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::pointer;

/// Where in an event the correlation id stands.
///
/// The paths are those that Powertools for AWS Lambda (Python) builds in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CorrelationId {
    /// API Gateway REST API: `requestContext.requestId`.
    ApiGatewayRest,
    /// API Gateway HTTP API: `requestContext.requestId`.
    ApiGatewayHttp,
    /// Function URL: `requestContext.requestId`.
    FunctionUrl,
    /// Application Load Balancer: the header `x-amzn-trace-id`.
    ApplicationLoadBalancer,
    /// VPC Lattice: the header `x-amzn-trace-id`.
    VpcLattice,
    /// AppSync resolver: the request's header `x-amzn-trace-id`.
    AppSyncResolver,
    /// AppSync authorizer: `requestContext.requestId`.
    AppSyncAuthorizer,
    /// EventBridge: `id`.
    EventBridge,
    /// S3 Object Lambda: `xAmzRequestId`.
    S3ObjectLambda,
    /// Anywhere else, by JSON pointer (RFC 6901) such as `/headers/x-correlation-id`.
    Pointer(String),
}

impl CorrelationId {
    /// Points to the correlation id by JSON pointer.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self::Pointer(pointer.into())
    }

    pub(crate) fn as_pointer(&self) -> &str {
        match self {
            Self::ApiGatewayRest
            | Self::ApiGatewayHttp
            | Self::FunctionUrl
            | Self::AppSyncAuthorizer => "/requestContext/requestId",
            Self::ApplicationLoadBalancer | Self::VpcLattice => "/headers/x-amzn-trace-id",
            Self::AppSyncResolver => "/request/headers/x-amzn-trace-id",
            Self::EventBridge => "/id",
            Self::S3ObjectLambda => "/xAmzRequestId",
            Self::Pointer(pointer) => pointer,
        }
    }

    /// Finds the id in the bytes of an event, without making values of the rest.
    ///
    /// Returns `None` where the event has no such member, or it is neither a string, a number nor a
    /// boolean, or the event is no JSON up to it.
    pub fn find_in(&self, event: &[u8]) -> Option<String> {
        let path = pointer::tokens(self.as_pointer());
        let mut found = None;
        let seed = Walk { path: &path, found: &mut found };
        // The walk ends with an error as soon as the id is found: the rest need not be read.
        let _ = seed.deserialize(&mut serde_json::Deserializer::from_slice(event));
        found
    }
}

/// Looks for the correlation id of each event.
///
/// Behind a pointer, so that reading JSON is linked only where somebody looks for an id.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    place: CorrelationId,
    find: fn(&CorrelationId, &[u8]) -> Option<String>,
}

impl Search {
    pub(crate) fn new(place: CorrelationId) -> Self {
        Self { place, find: CorrelationId::find_in }
    }

    pub(crate) fn pointer(&self) -> &str {
        self.place.as_pointer()
    }

    pub(crate) fn find_in(&self, event: &[u8]) -> Option<String> {
        (self.find)(&self.place, event)
    }
}

/// Follows a path into a value and leaves all else unread.
struct Walk<'a> {
    path: &'a [String],
    found: &'a mut Option<String>,
}

impl Walk<'_> {
    fn found<E: serde::de::Error>(self, id: impl Into<String>) -> Result<(), E> {
        if !self.path.is_empty() {
            return Ok(());
        }
        *self.found = Some(id.into());
        Err(E::custom("found"))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.path.split_first() {
                Some((first, rest)) if *first == key => {
                    map.next_value_seed(Walk { path: rest, found: self.found })?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let wanted: Option<(usize, _)> =
            self.path.split_first().and_then(|(first, rest)| Some((first.parse().ok()?, rest)));
        for at in 0_usize.. {
            let more = match wanted {
                Some((index, path)) if index == at => {
                    seq.next_element_seed(Walk { path, found: self.found })?.is_some()
                }
                _ => seq.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, id: &str) -> Result<(), E> {
        self.found(id)
    }

    fn visit_u64<E: serde::de::Error>(self, id: u64) -> Result<(), E> {
        self.found(id.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, id: i64) -> Result<(), E> {
        self.found(id.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, id: f64) -> Result<(), E> {
        self.found(f64_text(id))
    }

    fn visit_bool<E: serde::de::Error>(self, id: bool) -> Result<(), E> {
        self.found(id.to_string())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pointer: &str, event: &str) -> Option<String> {
        CorrelationId::pointer(pointer).find_in(event.as_bytes())
    }

    #[test]
    fn pointers_lead_through_objects_and_arrays() {
        let event = r#"{"a":[{"b/c":"x"},{"~":7}],"\u0061b":true,"n":null,"f":1.5,"i":-1}"#;
        assert_eq!(at("/a/0/b~1c", event).as_deref(), Some("x"));
        assert_eq!(at("/a/1/~0", event).as_deref(), Some("7"));
        assert_eq!(at("/ab", event).as_deref(), Some("true"));
        assert_eq!(
            (at("/f", event).unwrap(), at("/i", event).unwrap()),
            ("1.5".into(), "-1".into())
        );
        for nothing in ["/n", "/a", "/a/2", "/a/x", "/z/z", "/f/x", "a"] {
            assert_eq!(at(nothing, event), None, "{nothing}");
        }
    }

    #[test]
    fn the_rest_of_the_event_is_not_read() {
        assert_eq!(at("/id", r#"{"id":"x", and then nonsense"#).as_deref(), Some("x"));
        assert_eq!(at("/id", "not json"), None);
        assert_eq!(at("/id", ""), None);
    }
}
