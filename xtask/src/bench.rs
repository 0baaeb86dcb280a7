//! `cargo xtask bench`: the benchmarks, as optimised as what people deploy.

use std::process::ExitCode;

use crate::program;

/// Measures whole functions.
fn function(args: &[String]) -> Result<ExitCode, String> {
    let arguments = ["run", "--release", "-p", "bench-harness", "--features", "dynamodb", "--"];
    program::run(program::cargo().args(arguments).args(args))
}

/// Holds whole functions to their budget.
pub(crate) fn budget(args: &[String]) -> Result<ExitCode, String> {
    let arguments = ["run", "--quiet", "-p", "bench-harness", "--", "budget"];
    program::run(program::cargo().args(arguments).args(args))
}

/// Runs the benchmarks with these arguments, optimised for speed or, after `--small`, for size.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, String> {
    let (profile, args) = match args.split_first() {
        Some((first, rest)) if first == "function" => {
            return function(&[&["measure".to_owned()], rest].concat());
        }
        Some((first, _)) if first == "profiles" || first == "claims" => return function(args),
        Some((first, rest)) if first == "--small" => ("lambda", rest),
        _ => ("bench", args),
    };
    let mut cargo = program::cargo();
    cargo.args(["run", "--profile", profile, "-p", "powertools-benches"]);
    if args.first().is_some_and(|first| first == "dynamodb") {
        cargo.args(["--features", "dynamodb"]);
    }
    program::run(cargo.arg("--").args(args))
}
