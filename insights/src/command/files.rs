//! The files that a query reads.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::Failure;
use super::output::tell;
use super::progress::Progress;
use crate::input::{self, Reading};
use crate::{Engine, LogEvent};

/// Reads all files into the engine, and tells `look_at` each line; a file that can't be read to its end is told, and
/// makes the code 1.
pub(super) fn feed(
    engine: &mut Engine,
    files: &[PathBuf],
    look_at: &mut dyn FnMut(&str),
) -> Result<ExitCode, Failure> {
    let stdin = [PathBuf::from("-")];
    let files = if files.is_empty() { &stdin } else { files };
    let sizes: Vec<_> = files.iter().map(|path| size(path)).collect::<Result<_, _>>()?;
    let progress = Progress::new(sizes.into_iter().sum());
    let mut code = ExitCode::SUCCESS;
    for path in files {
        let mut is_enough = false;
        let stream = log_stream(path);
        let read = input::read(progress.of(open(path)?), &mut |event| {
            look_at(event.message);
            let log_stream = event.log_stream.or(stream);
            let flow = engine.feed(&LogEvent { log_stream, ..*event });
            is_enough = flow.is_break();
            flow
        });
        match read {
            Ok(reading) => report(path, &reading),
            Err(error) => {
                tell("error", &format!("{}: {error}", path.display()));
                code = ExitCode::FAILURE;
            }
        }
        if is_enough {
            break;
        }
    }
    Ok(code)
}

/// Tells a file's size, if it has one.
fn size(path: &Path) -> Result<Option<u64>, Failure> {
    if path == Path::new("-") {
        return Ok(None);
    }
    let metadata = fs::metadata(path).map_err(|error| Failure::with_file(path, &error))?;
    Ok(metadata.is_file().then_some(metadata.len()))
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            tell("note", "reading lines from the terminal");
        }
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| Failure::with_file(path, &error))?;
    Ok(Box::new(file))
}

/// Returns the folder's name if an export to S3 has named it after a log stream: `2026-11-20-[$LATEST]d3f0…`.
fn log_stream(path: &Path) -> Option<&str> {
    let name = path.parent()?.file_name()?.to_str()?;
    name.contains("-[").then_some(name)
}

/// Tells what was wrong with an input, though nothing of it was left out.
pub(super) fn report(path: &Path, reading: &Reading) {
    let path = path.display();
    if reading.repaired > 0 {
        let told = format!(
            "{path}: bytes that are not UTF-8 were replaced in {} events",
            reading.repaired
        );
        tell("warning", &told);
    }
    if let Some(broken) = &reading.broken {
        tell("warning", &format!("{path}: read as lines from where its JSON broke off: {broken}"));
    }
}
