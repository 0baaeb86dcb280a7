use std::process::ExitCode;

use clap::Args;

use super::{Failure, Out};
use crate::Template;

/// Shows a query that comes with the program.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Its name, as `insights list` has it.
    name: String,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    out.text(&Template::find(&arguments.name)?.text)?;
    Ok(ExitCode::SUCCESS)
}
