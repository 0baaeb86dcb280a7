//! Queries of CloudWatch Logs Insights, and an engine that runs them anywhere.
//!
//! ```
//! use powertools_insights::{Engine, Template, Value, ast::Query, input};
//!
//! let lines = r#"{"level":"ERROR","message":"handler failed","exception_name":"OutOf"}"#;
//!
//! let text = Template::find("errors-by-type")?.fill(&[])?;
//! let query = Query::parse(&text).map_err(|problems| format!("{problems:?}"))?;
//! let mut engine = Engine::new(&text, &query).map_err(|problems| format!("{problems:?}"))?;
//! input::read(lines.as_bytes(), &mut |event| engine.feed(event))?;
//!
//! let table = engine.finish();
//! assert_eq!(table.columns, ["error", "level", "lines", "requests", "last"]);
//! assert_eq!(table.rows[0][0], Some(Value::Text("OutOf".to_owned())));
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Template`] contains the included queries, [`input`] reads log lines in any exported format, [`export`] writes
//! queries as code that saves them in an account, and [`plot`] draws charts. [`lint`](lint()) reports what the service
//! would refuse.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `command`, on by default | the program `insights`; as a library the crate needs none |

#[cfg(feature = "command")]
pub mod command;
mod display;
mod engine;
mod event;
pub mod export;
pub mod input;
mod language;
mod lint;
pub mod plot;
mod problem;
mod row;
mod suggest;
mod template;

pub use engine::{Engine, Statistics};
pub use event::LogEvent;
pub use export::ExportError;
pub use language::ast;
pub use lint::{LintOptions, lint, lint_with};
pub use problem::{Place, Problem, ProblemKind};
pub use row::{Table, Value};
pub use template::{FillError, Parameter, Template, UnknownTemplate};
