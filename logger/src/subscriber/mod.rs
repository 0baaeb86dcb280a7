//! The logger as a `tracing_subscriber` layer.

mod callsite;
mod fields;
mod filter;
mod layer;
mod log;
#[cfg(feature = "lambda-runtime")]
mod open_spans;
mod origin;
mod registry_lookup;
mod scratch;
mod spans;

pub use filter::LogFilter;
pub use layer::LogLayer;
pub(crate) use origin::Origin;
pub(crate) use scratch::Scratch;
pub(crate) use spans::SpanFields;
