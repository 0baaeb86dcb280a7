//! The capture: a `tracing_subscriber` layer that collects the spans of sampled invocations.

mod exits;
#[cfg(feature = "lambda-runtime")]
mod kept;
mod layer;
mod places;
mod traced;
mod visitor;
mod wanted;

use exits::Exits;
pub use layer::TraceLayer;
pub(crate) use places::Places;
pub(crate) use traced::Traced;
#[cfg(feature = "aws-sdk")]
pub(crate) use traced::current_but;
#[cfg(any(feature = "aws-sdk", feature = "http"))]
pub(crate) use traced::is_sampled_here;
