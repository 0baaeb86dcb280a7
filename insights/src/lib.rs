//! Queries of CloudWatch Logs Insights, and an engine that runs them anywhere.

mod engine;
mod event;
mod language;
mod lint;
mod nearest;
mod problem;
mod row;

pub use engine::{Engine, Statistics};
pub use event::LogEvent;
pub use language::ast;
pub use lint::{LintOptions, lint, lint_with};
pub use problem::{Place, Problem};
pub use row::{Table, Value};
