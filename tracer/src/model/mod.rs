//! The model: spans of an invocation, what they carry, and how exporters see them.

mod arena;
mod batch;
mod error;
mod item;
mod kind;
pub(crate) mod namespace;
mod span;
mod span_buffer;

pub(crate) use arena::{Arena, Record, SpanLocation};
pub use batch::Batch;
pub(crate) use batch::Origin;
pub use error::SpanError;
pub(crate) use item::{Item, Key, Purpose, Scalar};
pub use kind::Kind;
pub use span::{Span, Value};
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
pub(crate) use span_buffer::STATUS_DESCRIPTION;
pub(crate) use span_buffer::{SpanBuffer, cut_note};
