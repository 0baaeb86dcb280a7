//! Queries of CloudWatch Logs Insights, and an engine that runs them anywhere.

#[cfg(feature = "command")]
pub mod command;
mod engine;
mod event;
pub mod export;
pub mod input;
mod language;
mod lint;
mod nearest;
pub mod plot;
mod problem;
mod row;
mod shown;
mod template;

pub use engine::{Engine, Statistics};
pub use event::LogEvent;
pub use export::ExportError;
pub use language::ast;
pub use lint::{LintOptions, lint, lint_with};
pub use problem::{Place, Problem};
pub use row::{Table, Value};
pub use template::{FillError, Parameter, Template, UnknownTemplate};
