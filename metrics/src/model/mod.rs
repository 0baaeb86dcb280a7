//! What is recorded and not yet flushed, and what CloudWatch accepts.

mod dimensions;
mod metadata;
mod metric;
mod name;
mod samples;
mod series;
mod set;
mod slots;
mod unit;
mod value;

pub(crate) use dimensions::DimensionSet;
pub(crate) use metadata::render;
pub(crate) use metric::Name;
pub use metric::{Metric, Namespace, Resolution};
pub(crate) use name::Flaw;
pub(crate) use samples::GROUPS;
pub(crate) use series::Series;
pub(crate) use set::MetricSet;
pub use unit::Unit;
pub use value::{MetricValue, MetricValues};
