use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::{
    Serialize, Serializer,
    ser::{self, Impossible},
};

/// The member that contains the status of an HTTP response (Lambda responses in the documentation of API Gateway, load
/// balancers, and VPC Lattice).
const MEMBER: &str = "statusCode";

/// Returns the HTTP status of a response, which is the member `statusCode` at the top level of its serialized form.
///
/// The response is serialized only up to this member, nothing is written, and values of other members are skipped.
pub(super) fn status_of(response: &(impl Serialize + ?Sized)) -> Option<u16> {
    // This may call `Serialize` only for observation, and observability must not fail the handler.
    let read = || response.serialize(Reader::Response);
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(status) | Err(Found(status))) => status,
        Err(_) => None,
    }
}

/// The part of the response that is being serialized.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The response itself.
    Response,
    /// The name of a member; the result is `Ok` with a value if it is the one that is wanted.
    Name,
    /// The value of the member.
    Status,
}

/// Stops the serialization with the result, which is `None` if the response can't have a status.
#[derive(Debug)]
struct Found(Option<u16>);

type Read = Result<Option<u16>, Found>;

/// The members of an object.
struct Members {
    is_status: bool,
}

impl Reader {
    fn number(self, number: impl TryInto<u16>) -> Read {
        let status = number.try_into().ok().filter(|_| self == Self::Status);
        Ok(status.filter(|status| (100..=599).contains(status)))
    }

    fn members(self) -> Result<Members, Found> {
        if self == Self::Response { Ok(Members { is_status: false }) } else { Err(Found(None)) }
    }
}

impl Members {
    fn member(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Found> {
        self.is_status = name == MEMBER;
        self.value(value)
    }

    fn value(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Found> {
        // Stop here: the rest of the response is not needed.
        if self.is_status { Err(Found(value.serialize(Reader::Status)?)) } else { Ok(()) }
    }
}

/// Implements the methods for values that can't be a status.
macro_rules! nothing {
    ($($method:ident($($kind:ty),*)),* $(,)?) => {
        $(fn $method(self, $(_: $kind),*) -> Read {
            Ok(None)
        })*
    };
}

/// Implements the methods for numbers.
macro_rules! numbers {
    ($($method:ident($kind:ty)),* $(,)?) => {
        $(fn $method(self, number: $kind) -> Read {
            self.number(number)
        })*
    };
}

impl Serializer for Reader {
    type Ok = Option<u16>;
    type Error = Found;
    type SerializeSeq = Impossible<Option<u16>, Found>;
    type SerializeTuple = Impossible<Option<u16>, Found>;
    type SerializeTupleStruct = Impossible<Option<u16>, Found>;
    type SerializeTupleVariant = Impossible<Option<u16>, Found>;
    type SerializeMap = Members;
    type SerializeStruct = Members;
    type SerializeStructVariant = Impossible<Option<u16>, Found>;

    numbers!(
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
    );

    nothing!(
        serialize_bool(bool),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
        serialize_unit_variant(&'static str, u32, &'static str),
    );

    fn serialize_str(self, text: &str) -> Read {
        match self {
            Self::Response => Ok(None),
            Self::Name => Ok((text == MEMBER).then_some(0)),
            // REST APIs accept a number in quotes as well.
            Self::Status => text.parse::<u16>().map_or(Ok(None), |status| self.number(status)),
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Read {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Read {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Read {
        Ok(None)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Found> {
        Err(Found(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Found> {
        Err(Found(None))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Found> {
        Err(Found(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Found> {
        Err(Found(None))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members, Found> {
        self.members()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members, Found> {
        self.members()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Found> {
        Err(Found(None))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Read {
        if self == Self::Response { Ok(None) } else { self.serialize_str(&value.to_string()) }
    }
}

impl ser::SerializeMap for Members {
    type Ok = Option<u16>;
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Found> {
        // A key that is not a string can't be the one that is wanted.
        self.is_status = key.serialize(Reader::Name).is_ok_and(|it| it.is_some());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        self.value(value)
    }

    fn end(self) -> Read {
        Ok(None)
    }
}

impl ser::SerializeStruct for Members {
    type Ok = Option<u16>;
    type Error = Found;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Found> {
        self.member(key, value)
    }

    fn end(self) -> Read {
        Ok(None)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reading ended")
    }
}

impl std::error::Error for Found {}

impl ser::Error for Found {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Typed {
        headers: BTreeMap<&'static str, &'static str>,
        status_code: i64,
        body: Option<&'static str>,
    }

    fn typed(status_code: i64) -> Typed {
        Typed { headers: BTreeMap::new(), status_code, body: Some("x") }
    }

    #[test]
    fn status_of_a_typed_response_is_found() {
        #[derive(Serialize)]
        struct Wrapped(Typed);
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Either {
            One(Typed),
        }
        #[derive(Serialize)]
        struct Flat {
            id: u32,
            #[serde(flatten)]
            response: Typed,
        }
        assert_eq!(status_of(&typed(503)), Some(503));
        assert_eq!(status_of(&Some(Wrapped(typed(404)))), Some(404));
        assert_eq!(status_of(&Box::new(Either::One(typed(429)))), Some(429));
        assert_eq!(status_of(&Flat { id: 1, response: typed(201) }), Some(201));
        assert_eq!(status_of(&json!({"body": {"statusCode": 500}, "statusCode": 200})), Some(200));
        assert_eq!(status_of(&json!({"statusCode": "502"})), Some(502));
    }

    #[test]
    fn response_without_a_status_has_none() {
        for response in [
            json!(null),
            json!(503),
            json!("statusCode"),
            json!([{"statusCode": 503}]),
            json!({"body": {"statusCode": 503}}),
            json!({"statusCode": null}),
            json!({"statusCode": {"statusCode": 503}}),
            json!({"statusCode": [503]}),
            json!({"statusCode": 5.5}),
            json!({"statusCode": -1}),
            json!({"statusCode": 70_000}),
            json!({"statusCode": 99}),
            json!({"statusCode": "broken"}),
        ] {
            assert_eq!(status_of(&response), None, "{response}");
        }
        assert_eq!(status_of(&BTreeMap::from([(1, "x")])), None);
        assert_eq!(status_of(&typed(-5)), None);
    }

    #[test]
    fn response_whose_serialize_panics_has_none() {
        struct Panics;
        impl Serialize for Panics {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                panic!("on purpose")
            }
        }
        assert_eq!(status_of(&Panics), None);
    }
}
