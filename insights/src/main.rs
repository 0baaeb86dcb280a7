//! The program `insights`.

use std::process::ExitCode;

fn main() -> ExitCode {
    powertools_insights::command::main()
}
