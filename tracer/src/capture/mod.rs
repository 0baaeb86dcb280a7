//! The capture: a `tracing_subscriber` layer that collects the spans of sampled invocations.

mod callsite_filter;
mod exits;
#[cfg(feature = "lambda-runtime")]
mod kept;
mod layer;
mod span_index;
mod traced;
mod visitor;

use exits::Exits;
pub use layer::TraceLayer;
pub(crate) use span_index::SpanIndex;
pub(crate) use traced::Traced;
#[cfg(feature = "aws-sdk")]
pub(crate) use traced::current_but;
#[cfg(any(feature = "aws-sdk", feature = "http"))]
pub(crate) use traced::is_sampled_here;
