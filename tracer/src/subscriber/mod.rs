//! A `tracing_subscriber` layer that collects the spans of sampled invocations.

mod callsite_filter;
mod exits;
mod layer;
mod lookup;
mod span_index;
mod visitor;

pub use layer::TraceLayer;
#[cfg(feature = "aws-sdk")]
pub(crate) use lookup::current_but;
#[cfg(any(feature = "aws-sdk", feature = "http-client"))]
pub(crate) use lookup::is_sampled_here;
pub(crate) use span_index::SpanIndex;
