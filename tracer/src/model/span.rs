use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use powertools_core::SpanId;

use super::{Arena, Item, Kind, Purpose, Record, Scalar, SpanError};
use crate::targets::HANDLER_TARGET;

/// A span, as an [`Exporter`](crate::Exporter) sees it.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    pub(crate) arena: &'a Arena,
    pub(crate) record: &'a Record,
}

/// A value that a span carries.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// Any other value as JSON text.
    Json(&'a str),
    /// A whole number.
    I64(i64),
    /// A whole number.
    U64(u64),
    /// A number, finite or not.
    F64(f64),
    /// A truth value.
    Bool(bool),
}

impl<'a> Span<'a> {
    /// Returns the name: the handler's, that of the field `otel.name`, or the span's own.
    pub fn name(&self) -> &'a str {
        self.given_name().unwrap_or(self.record.metadata.name())
    }

    /// Returns the name that was given when the program ran.
    pub(crate) fn given_name(&self) -> Option<&'a str> {
        Some(self.record.name?.of(&self.arena.text))
    }

    /// Returns the call site that the span comes from.
    pub fn metadata(&self) -> &'static tracing::Metadata<'static> {
        self.record.metadata
    }

    /// Returns the span's id.
    pub fn id(&self) -> SpanId {
        SpanId::new(self.record.id)
    }

    /// Returns the id of its parent: another span, or the `Parent` of the invocation's header.
    pub fn parent_id(&self) -> SpanId {
        SpanId::new(self.record.parent_id)
    }

    /// Tells whether this is the span around the handler.
    pub fn is_handler(&self) -> bool {
        self.record.metadata.target() == HANDLER_TARGET
    }

    /// Returns what the span is between programs.
    pub fn kind(&self) -> Kind {
        self.record.kind
    }

    /// Returns when it began.
    pub fn start(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.record.start)
    }

    /// Returns when it was over, `None` while it is not.
    pub fn end(&self) -> Option<SystemTime> {
        Some(UNIX_EPOCH + Duration::from_nanos(self.record.end?))
    }

    /// Tells whether it failed.
    pub fn is_fault(&self) -> bool {
        self.record.fault
    }

    /// Tells whether it was marked as successful, by a field `otel.status_code`.
    pub fn is_ok(&self) -> bool {
        self.record.ok
    }

    /// Returns the fields, each name once.
    pub fn attributes(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        self.named(|purpose| matches!(purpose, Purpose::Attribute))
    }

    /// Returns the annotations, each name once.
    pub fn annotations(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        Outlined(self.named(|purpose| matches!(purpose, Purpose::Annotation)))
    }

    /// Returns the metadata as namespace, key and value; no namespace is the service's.
    pub fn metadata_items(&self) -> impl Iterator<Item = (Option<&'a str>, &'a str, Value<'a>)> {
        Outlined(self.items().filter_map(|(item, text)| match item.purpose {
            Purpose::Metadata(namespace) => {
                let namespace = namespace.map(|namespace| namespace.of(text));
                Some((namespace, item.key.of(text), Value::of(item, text)))
            }
            _ => None,
        }))
    }

    /// Returns the trace headers that it continues beside its own.
    pub fn links(&self) -> impl Iterator<Item = &'a str> {
        let links = self.items().filter(|(item, _)| matches!(item.purpose, Purpose::Link));
        Outlined(links.filter_map(|(item, text)| match Value::of(item, text) {
            Value::Text(header) => Some(header),
            _ => None,
        }))
    }

    /// Returns the errors, in the order they came.
    pub fn errors(&self) -> impl Iterator<Item = SpanError> {
        self.errors_called(|_| true)
    }

    /// Returns the errors whose key is such a one: that of a status's description, or none.
    pub(crate) fn errors_called(
        &self,
        wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = SpanError> {
        self.items().filter_map(move |(item, text)| match (item.purpose, Value::of(item, text)) {
            (Purpose::Error(logged_at), Value::Json(joined)) if wanted(item.key.of(text)) => {
                Some(SpanError::parse(joined.as_bytes(), item.key.of(text), logged_at))
            }
            _ => None,
        })
    }

    /// Returns how much of what it carried found no room.
    pub fn dropped(&self) -> u32 {
        self.record.items_left_out()
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = (&'a Item, &'a str)> {
        self.arena.items(self.record)
    }

    fn named(
        &self,
        wanted: impl Fn(&Purpose) -> bool,
    ) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let items = self.items().filter(move |(item, _)| wanted(&item.purpose));
        items.map(|(item, text)| (item.key.of(text), Value::of(item, text)))
    }
}

impl<'a> Value<'a> {
    pub(crate) fn of(item: &Item, text: &'a str) -> Self {
        match item.value {
            Scalar::Text(value) => Self::Text(value.of(text)),
            Scalar::Json(value) => Self::Json(value.of(text)),
            Scalar::I64(value) => Self::I64(value),
            Scalar::U64(value) => Self::U64(value),
            Scalar::F64(value) => Self::F64(value),
            Scalar::Bool(value) => Self::Bool(value),
        }
    }
}

/// An iterator that many loops use and that is rarely run: without this, each of them has a copy of it.
struct Outlined<I>(I);

impl<I: Iterator> Iterator for Outlined<I> {
    type Item = I::Item;

    #[inline(never)]
    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }
}

impl fmt::Debug for Span<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Span")
            .field("name", &self.name())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
