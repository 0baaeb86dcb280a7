//! The files that a query reads.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::output::tell;
use super::progress::Progress;
use crate::input::{self, Reading};
use crate::{Engine, LogEvent};

/// Reads all files into the engine, and shows `look_at` each line.
///
/// A file that can't be read, or not to its end, is reported and makes the code 1; the others are read.
pub(super) fn feed(
    engine: &mut Engine,
    files: &[PathBuf],
    look_at: &mut dyn FnMut(&str),
) -> ExitCode {
    let stdin = [PathBuf::from("-")];
    let files = if files.is_empty() { &stdin } else { files };
    let progress = Progress::new(files.iter().map(|path| size(path)).sum());
    let mut code = ExitCode::SUCCESS;
    for path in files {
        match feed_file(engine, path, &progress, look_at) {
            Ok((reading, flow)) => {
                if !report(path, &reading) {
                    code = ExitCode::FAILURE;
                }
                if flow.is_break() {
                    break;
                }
            }
            Err(error) => {
                tell("error", &format!("{}: {error}", path.display()));
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn feed_file(
    engine: &mut Engine,
    path: &Path,
    progress: &Progress,
    look_at: &mut dyn FnMut(&str),
) -> io::Result<(Reading, ControlFlow<()>)> {
    let mut flow = ControlFlow::Continue(());
    let stream = log_stream(path);
    let reading = input::read(progress.of(open(path)?), &mut |event| {
        look_at(event.message);
        let log_stream = event.log_stream.or(stream);
        flow = engine.feed(&LogEvent { log_stream, ..*event });
        flow
    })?;
    Ok((reading, flow))
}

/// Tells a file's size, if it has one.
fn size(path: &Path) -> Option<u64> {
    let metadata = fs::metadata(path).ok()?;
    metadata.is_file().then_some(metadata.len())
}

fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            tell("note", "reading lines from the terminal");
        }
        return Ok(Box::new(io::stdin().lock()));
    }
    if path.is_dir() {
        return Err(io::Error::other(
            "this is a folder; name the files in it, such as FOLDER/*.gz",
        ));
    }
    Ok(Box::new(File::open(path)?))
}

/// Returns the folder's name if an export to S3 has named it after a log stream: `2026-11-20-[$LATEST]d3f0…`.
fn log_stream(path: &Path) -> Option<&str> {
    let name = path.parent()?.file_name()?.to_str()?;
    name.contains("-[").then_some(name)
}

/// Reports what was not as expected; returns whether the input was read to its end.
pub(super) fn report(path: &Path, reading: &Reading) -> bool {
    let path = path.display();
    let warn = |what: &str| tell("warning", &format!("{path}: {what}"));
    if reading.is_assumed {
        tell("note", &format!("{path}: not a known export format; each line is read as one event"));
    }
    if reading.foreign > 0 {
        let what = "lines at the start do not belong to the export; each is read as one event";
        tell("note", &format!("{path}: {} {what}", reading.foreign));
    }
    if reading.repaired > 0 {
        warn(&format!("bytes that are not UTF-8 were replaced in {} events", reading.repaired));
    }
    if let Some(broken) = &reading.broken {
        warn(&format!("read as lines from where its JSON broke off: {broken}"));
    }
    if let Some(damaged) = &reading.damaged {
        let what = "whole events were read, the rest is lost";
        tell("error", &format!("{path}: {damaged}; {} {what}", reading.events));
    }
    reading.damaged.is_none()
}
