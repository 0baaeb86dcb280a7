//! The program `insights`: runs, shows, checks and exports queries.

mod diagnostic;
mod export;
mod failure;
mod files;
mod lint;
mod list;
mod live;
mod output;
mod parameter;
mod progress;
mod query;
mod run;
mod show;
mod typos;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::failure::Failure;
use self::output::Out;

/// Queries of CloudWatch Logs Insights, run over any log lines.
#[derive(Debug, Parser)]
#[command(name = "insights", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Arguments),
    List(list::Arguments),
    Show(show::Arguments),
    Lint(lint::Arguments),
    Export(export::Arguments),
    Live(live::Arguments),
}

/// Runs the program with this process's arguments.
///
/// Returns 0, or 1 if a query or its input is wrong; wrong arguments end the process with 2. A closed pipe on
/// stdout ends it quietly.
pub fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let mut out = Out::stdout();
    let done = command.run(&mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    done.unwrap_or_else(Failure::report)
}

impl Command {
    fn run(self, out: &mut Out) -> Result<ExitCode, Failure> {
        match self {
            Self::Run(arguments) => run::run(&arguments, out),
            Self::List(arguments) => list::run(&arguments, out),
            Self::Show(arguments) => show::run(&arguments, out),
            Self::Lint(arguments) => lint::run(&arguments, out),
            Self::Export(arguments) => export::run(&arguments, out),
            Self::Live(arguments) => live::run(&arguments, out),
        }
    }
}
