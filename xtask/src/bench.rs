//! `cargo xtask bench`: the benchmarks, as optimised as what people deploy.

use std::process::ExitCode;

use crate::program;

/// Runs the benchmarks with these arguments.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, String> {
    let arguments = ["run", "--release", "-p", "powertools-benches", "--"];
    program::run(program::cargo().args(arguments).args(args))
}
