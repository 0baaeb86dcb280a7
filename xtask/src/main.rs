//! The workspace's automation, started as `cargo xtask <command>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks to its user"
)]

mod bench;
mod book;
mod dependencies;
mod features;
mod program;
mod test;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "\
The workspace's automation.

Usage: cargo xtask <command>

Commands:
  test [-- ARGS]    Sets up what the tests compare with (Powertools for Python and TypeScript, AWS's
                    runtime emulator and SAM CLI, cargo-lambda, cfn-lint, moto, Redis, Valkey,
                    the collector Rotel) and runs every test. What cannot be set up is named and its
                    tests are skipped; with CI=true it is an error. ARGS go to the tests.
  slow              Runs what takes too long for every change and should pass before a release: a
                    million rounds of the simulation of idempotent calls. Builds the book into
                    target/book, if mdBook is installed or can be.
  features          Checks each published crate with no features, each feature alone, its default
                    features and all of them; warnings are errors.
  bench [--small] [FILTER]
                    Measures ours and the rivals side by side, optimised for speed or for size.
                    Instructions need valgrind. With `insights [MEGABYTES [QUERY]]`: queries over log
                    lines, in MB/s. With `dynamodb [ROUNDS]`: idempotent calls beside the bare
                    calls of AWS's SDK.
  bench function [--only A,B] [--runs N] [--invocations N] [--build-times] [--write]
                    Builds one function with each stack and measures it as a process: size, start,
                    memory, instructions, what callers wait. `python` and `typescript` are the same
                    with Powertools for these languages, set up from PyPI and npm; what cannot be
                    set up is named and left out. --write renews docs/performance.md.
  bench profiles    Measures it with other settings of its release profile.
  bench claims      Measures a cold start until its first idempotent claim is answered: in memory,
                    by DynamoDB, over TLS.
  budget [--only A,B] [--write]
                    Holds sizes, crates, instructions and allocations of functions to
                    benches/budget.toml, or writes what they are there.
  help              Prints this text.";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_else(|| "help".to_owned());
    let rest = args.skip_while(|arg| arg == "--").collect::<Vec<_>>();
    run(&command, &rest).unwrap_or_else(|reason| {
        eprintln!("error: {reason}");
        ExitCode::FAILURE
    })
}

/// Builds the book first, because that is quick.
fn slow(workspace: &Workspace) -> Result<ExitCode, String> {
    let book = book::build(workspace)?;
    let tests = test::slow()?;
    Ok(if book == ExitCode::SUCCESS { tests } else { book })
}

fn run(command: &str, args: &[String]) -> Result<ExitCode, String> {
    match command {
        "test" => test::run(&Workspace::load()?, args),
        "slow" if args.is_empty() => slow(&Workspace::load()?),
        "features" if args.is_empty() => features::run(&Workspace::load()?),
        "bench" => bench::run(args),
        "budget" => bench::budget(args),
        "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        "features" | "slow" => Err(format!("`{command}` takes no arguments, found {args:?}")),
        unknown => Err(format!("no command `{unknown}`\n\n{USAGE}")),
    }
}
