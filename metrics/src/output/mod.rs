//! Documents in Embedded Metric Format, from the model.

mod document;
mod lines;

pub(crate) use document::Head;
pub(crate) use lines::Lines;
