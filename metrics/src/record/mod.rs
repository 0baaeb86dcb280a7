//! What was recorded and not yet flushed.

mod dimensions;
mod document;
mod lines;
mod metadata;
mod samples;
mod series;
mod set;
mod slots;

pub(crate) use dimensions::DimensionSet;
pub(crate) use document::Head;
pub(crate) use lines::Lines;
pub(crate) use metadata::render;
pub(crate) use set::MetricSet;
