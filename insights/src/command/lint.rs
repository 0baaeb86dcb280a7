use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Failure, Out, caret};
use crate::lint;

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
        let text = read(path).map_err(|error| Failure::with_file(path, &error))?;
        for problem in lint(&text) {
            let (line, column) = (problem.place.line, problem.place.column);
            let shown = caret::shown(&text, &[problem]);
            out.text(&format!("{}:{line}:{column}: {shown}\n", path.display()))?;
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn read(path: &Path) -> io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        return Ok(text);
    }
    fs::read_to_string(path)
}
