//! What a whole function costs: builds it in each of its stacks, runs it and measures it from the outside.
//!
//! `bench-harness measure` fills the tables of `docs/performance.md`, `bench-harness budget` holds what does not
//! depend on the machine to `benches/budget.toml`. `cargo xtask help` has the arguments.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its findings")]

mod api;
mod arguments;
mod backends;
mod budget;
mod build;
mod chart;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod function;
mod languages;
mod measure;
mod numbers;
mod process;
mod profiles;
mod report;
mod results;
mod stack;
mod tables;
#[cfg(feature = "dynamodb")]
mod tls;
mod valgrind;

use std::process::ExitCode;

use arguments::Arguments;

/// What went wrong, for whoever reads the terminal.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let result = Arguments::parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments));
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match arguments.command.as_str() {
        "measure" => results::run(arguments).map(|()| ExitCode::SUCCESS),
        #[cfg(feature = "dynamodb")]
        "claims" => dynamodb::run().map(|()| ExitCode::SUCCESS),
        "profiles" => profiles::run().map(|()| ExitCode::SUCCESS),
        "budget" if arguments.write => budget::write(arguments).map(|()| ExitCode::SUCCESS),
        "budget" => budget::check(arguments),
        unknown => Err(format!("no command {unknown:?}").into()),
    }
}
