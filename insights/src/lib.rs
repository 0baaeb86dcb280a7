//! Queries of CloudWatch Logs Insights, and an engine that runs them anywhere.

mod language;
mod nearest;
mod problem;
mod row;

pub use language::ast;
pub use problem::{Place, Problem};
pub use row::{Table, Value};
