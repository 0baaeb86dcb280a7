//! `cargo xtask bench`: the benchmarks, as optimised as what people deploy.

use std::process::{Command, ExitCode};

use crate::{dependencies::functions::LANGUAGES, program, workspace::Workspace};

/// Measures whole functions, beside those in the other languages that can be set up.
fn function(args: &[String]) -> Result<ExitCode, String> {
    let workspace = Workspace::load()?;
    let mut command = harness();
    for language in LANGUAGES.iter().filter(|language| is_wanted(language.name, args)) {
        match language.set_up(&workspace) {
            Ok(path) => command.env(language.variable, path),
            Err(absence) => {
                eprintln!("warning: {absence}");
                &mut command
            }
        };
    }
    program::run(command.arg("measure").args(args))
}

fn harness() -> Command {
    let mut cargo = program::cargo();
    cargo.args(["run", "--release", "-p", "bench-harness", "--features", "dynamodb", "--"]);
    cargo
}

/// Tells whether it is among those named after `--only`, if any are.
fn is_wanted(name: &str, args: &[String]) -> bool {
    let named = args.iter().skip_while(|arg| *arg != "--only").nth(1);
    named.is_none_or(|named| named.split(',').any(|it| it == name))
}

/// Holds whole functions to their budget.
pub(crate) fn budget(args: &[String]) -> Result<ExitCode, String> {
    let arguments = ["run", "--quiet", "-p", "bench-harness", "--", "budget"];
    program::run(program::cargo().args(arguments).args(args))
}

/// Runs the benchmarks with these arguments, optimised for speed or, after `--small`, for size.
pub(crate) fn run(args: &[String]) -> Result<ExitCode, String> {
    let (profile, args) = match args.split_first() {
        Some((first, rest)) if first == "function" => return function(rest),
        Some((first, _)) if first == "profiles" || first == "claims" => {
            return program::run(harness().args(args));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_is_set_up_unless_only_others_are_measured() {
        let given = |args: &str| args.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_wanted("python", &given("--runs 3")));
        assert!(is_wanted("python", &given("--only four,python --runs 3")));
        assert!(!is_wanted("python", &given("--runs 3 --only four,python-bare")));
    }
}
