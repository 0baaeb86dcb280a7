//! The capture: a `tracing_subscriber` layer that collects the spans of sampled invocations.

mod layer;
mod traced;
mod visitor;

pub use layer::TraceLayer;
pub(crate) use traced::Traced;
