//! The model: spans of an invocation, what they carry, and how exporters see them.

mod arena;
mod draft;
mod error;
mod item;
mod kind;
pub(crate) mod namespace;
mod span;

pub(crate) use arena::{Arena, Record};
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) use draft::STATUS_DESCRIPTION;
pub(crate) use draft::{Draft, cut_note};
pub use error::SpanError;
pub(crate) use item::{Item, Key, Purpose, Scalar};
pub use kind::Kind;
pub use span::{Span, Value};
