//! Promises about traces.

mod allocations;
pub(crate) mod aws_sdk;
mod capture;
mod captured;
mod concurrent;
mod daemon;
mod edge_cases;
mod ends;
mod http;
mod identities;
mod json_lines;
mod limits;
mod log_lines;
pub(crate) mod moto;
mod noop;
mod otel;
mod recorded;
mod redaction;
mod regressions;
mod runtime;
mod server;
mod status;
mod trees;
mod triggers;
pub(crate) mod validator;

use std::time::Duration;

use captured::{invoke_with, member, named};
use daemon::Daemon;
use recorded::{Recorded, by_name};

const TRACE: &str = "1-5759e988-bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);

/// A trace header that says that the invocation is sampled.
fn sampled() -> String {
    format!("Root={TRACE};Parent={PARENT};Sampled=1")
}
