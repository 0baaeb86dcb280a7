//! A response as it is recorded, in JSON.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{
        CONNECTION, DATE, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER,
        TRANSFER_ENCODING, UPGRADE,
    },
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The parts of a response that a replay has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ResponseRecord {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Tells whether a header is recorded and replayed by default: not `Date`, which is the time of the first response,
/// and not `Set-Cookie`, which often is a credential and would lie in the store.
pub fn is_replayed_header(name: &HeaderName) -> bool {
    *name != DATE && *name != SET_COOKIE
}

/// Tells whether a header belongs to one connection (RFC 9110, 7.6.1), and not to the response.
pub(super) fn is_hop_by_hop(name: &HeaderName) -> bool {
    let of_connection = [
        CONNECTION,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
    ];
    of_connection.contains(name) || matches!(name.as_str(), "keep-alive" | "proxy-connection")
}

/// The JSON of a record.
#[derive(Serialize)]
struct Written<'a> {
    status: u16,
    /// In their order, one pair for each value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    headers: Vec<(&'a str, Data<'a>)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Data<'a>>,
}

/// The same, as it is read.
#[derive(Deserialize)]
struct Read {
    status: u16,
    #[serde(default)]
    headers: Vec<(String, OwnedData)>,
    #[serde(default)]
    body: OwnedData,
}

/// Bytes: text as it is, and everything else in Base64.
struct Data<'a>(&'a [u8]);

#[derive(Default)]
struct OwnedData(Vec<u8>);

#[derive(Deserialize, Serialize)]
struct Base64 {
    base64: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrBase64 {
    Text(String),
    Base64(Base64),
}

impl Serialize for ResponseRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers = self.headers.iter();
        let written = Written {
            status: self.status.as_u16(),
            headers: headers.map(|(name, value)| (name.as_str(), Data(value.as_bytes()))).collect(),
            body: (!self.body.is_empty()).then_some(Data(&self.body)),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ResponseRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        let mut headers = HeaderMap::with_capacity(read.headers.len());
        for (name, value) in read.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(D::Error::custom)?;
            let value = HeaderValue::from_maybe_shared(Bytes::from(value.0));
            headers.append(name, value.map_err(D::Error::custom)?);
        }
        let status = StatusCode::from_u16(read.status).map_err(D::Error::custom)?;
        Ok(Self { status, headers, body: read.body.0.into() })
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match str::from_utf8(self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => Base64 { base64: BASE64_STANDARD.encode(self.0) }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for OwnedData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TextOrBase64::deserialize(deserializer)? {
            TextOrBase64::Text(text) => Ok(Self(text.into_bytes())),
            TextOrBase64::Base64(Base64 { base64 }) => {
                BASE64_STANDARD.decode(base64).map(Self).map_err(D::Error::custom)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(headers: &[(&str, &[u8])], body: &'static [u8]) -> ResponseRecord {
        let headers = headers.iter().map(|(name, value)| {
            (name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value).unwrap())
        });
        let body = Bytes::from_static(body);
        ResponseRecord { status: StatusCode::CREATED, headers: headers.collect(), body }
    }

    #[test]
    fn text_is_recorded_as_text() {
        let record = record(&[("content-type", b"application/json")], b"{\"id\":1}");
        let json = serde_json::to_string(&record).unwrap();
        let expected =
            r#"{"status":201,"headers":[["content-type","application/json"]],"body":"{\"id\":1}"}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<ResponseRecord>(&json).unwrap(), record);
    }

    #[test]
    fn binary_bodies_and_header_values_are_recorded_in_base64() {
        let record = record(&[("x-name", b"Zo\xeb")], b"\x89PNG\0\xff");
        let json = serde_json::to_string(&record).unwrap();
        let expected = r#"{"status":201,"headers":[["x-name",{"base64":"Wm/r"}]],"body":{"base64":"iVBORwD/"}}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<ResponseRecord>(&json).unwrap(), record);
    }

    #[test]
    fn repeated_headers_and_empty_bodies_come_back_as_they_were() {
        let record = record(&[("link", b"<a>"), ("vary", b"accept"), ("link", b"<b>")], b"");
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<ResponseRecord>(&json).unwrap(), record);
        let value = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::from_value::<ResponseRecord>(value).unwrap(), record, "of a hook");
        assert!(!json.contains("body"), "{json}");
    }

    #[test]
    fn records_that_are_not_a_response_are_errors() {
        for json in [
            r#"{"status":99}"#,
            r#"{"status":200,"headers":[["a b","x"]]}"#,
            r#"{"status":200,"headers":[["a","x\n"]]}"#,
            r#"{"status":200,"body":{"base64":"?"}}"#,
            r#""text""#,
        ] {
            assert!(serde_json::from_str::<ResponseRecord>(json).is_err(), "{json}");
        }
    }
}
