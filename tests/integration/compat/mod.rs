//! Promises about what others write: the same event gives the same line, but for a documented
//! difference.

mod agreement;
mod cargo_lambda;
mod comparison;
mod differences;
pub(crate) mod examples;
mod idempotency;
mod line_process;
mod lines;
pub(crate) mod metrics;
mod player;
mod python;
mod scenario;
mod settings;
mod steps;
pub(crate) mod tracer;
mod typescript;
