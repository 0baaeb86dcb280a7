use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::output::tell;
use super::{Failure, Out, diagnostic};
use crate::{input, lint};

/// Tells what the service would refuse in queries, and what helps.
///
/// The exit code is 1 if something is wrong.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files of one query each; `-` is stdin.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for path in &arguments.files {
        let text = match read(path) {
            Ok(text) => text,
            Err(error) => {
                tell("error", &format!("{}: {error}", path.display()));
                code = ExitCode::FAILURE;
                continue;
            }
        };
        for problem in lint(&text) {
            let (line, column) = (problem.place.line, problem.place.column);
            let shown = diagnostic::shown(&text, &[problem]);
            out.text(&format!("{}:{line}:{column}: {shown}\n", path.display()))?;
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn read(path: &Path) -> io::Result<String> {
    if path == Path::new("-") {
        return input::text(io::stdin().lock());
    }
    input::text(File::open(path)?)
}
