//! `cargo xtask bench`: the benchmarks, as optimised as what people deploy.

use std::process::ExitCode;

use crate::program;

/// Runs the benchmarks with these arguments, optimised for speed or, after `--small`, for size.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, String> {
    let (profile, args) = match args.split_first() {
        Some((first, rest)) if first == "--small" => ("lambda", rest),
        _ => ("bench", args),
    };
    let arguments = ["run", "--profile", profile, "-p", "powertools-benches", "--"];
    program::run(program::cargo().args(arguments).args(args))
}
