//! The program `insights`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
