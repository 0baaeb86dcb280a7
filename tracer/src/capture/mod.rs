//! The capture: a `tracing_subscriber` layer that collects the spans of sampled invocations.

mod layer;
mod places;
mod traced;
mod visitor;
mod wanted;

pub use layer::TraceLayer;
pub(crate) use places::Places;
pub(crate) use traced::{Ids, Traced};
