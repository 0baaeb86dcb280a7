use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::{is_watched, tell};
use super::parameter::Parameter;
use super::progress::Progress;
use super::query::Asked;
use super::{Failure, Out};
use crate::input::{self, Reading};
use crate::plot::{Chart, page};
use crate::{Engine, LogEvent, Table};

/// Runs a query over log lines, in whatever form they are exported.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A query, the name of one that comes with the program, or the path of a file `*.query`.
    query: String,
    /// Where the lines are, as text or gzip; `-` or nothing is stdin.
    files: Vec<PathBuf>,
    /// A parameter's value.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// How rows are written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Writes no more than so many rows.
    #[arg(long, value_name = "ROWS")]
    limit: Option<usize>,
    /// Draws a chart in place of the rows.
    #[arg(long)]
    plot: bool,
    /// Writes a chart as well.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Writes a page of chart, rows and query as well.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

pub(super) fn run(arguments: &Arguments, out: &mut Out) -> Result<ExitCode, Failure> {
    let asked = Asked::of(&arguments.query, &arguments.parameters)?;
    let mut engine = asked.engine()?;
    let code = feed(&mut engine, &arguments.files)?;
    let statistics = engine.statistics();
    let mut table = engine.finish();
    table.rows.truncate(arguments.limit.unwrap_or(usize::MAX));
    let chart = Chart::of(&asked.title, &table);
    write_files(arguments, &asked, &table, chart.as_ref())?;
    match (arguments.plot, &chart) {
        (true, Some(chart)) => out.chart(chart)?,
        _ => write_rows(arguments.format, &table, out)?,
    }
    if arguments.plot && chart.is_none() {
        tell("note", "there are no numbers to draw");
    }
    out.flush()?;
    if matches!(arguments.format, Format::Table) && is_watched() {
        let (rows, matched) = (table.rows.len(), statistics.records_matched);
        let scanned = statistics.records_scanned;
        tell("rows", &format!("{rows}, of {matched} events that matched, of {scanned}"));
    }
    Ok(code)
}

/// Reads all files into the engine; one that can't be read to its end is told, and makes the code 1.
fn feed(engine: &mut Engine, files: &[PathBuf]) -> Result<ExitCode, Failure> {
    let stdin = [PathBuf::from("-")];
    let files = if files.is_empty() { &stdin } else { files };
    let sizes: Vec<_> = files.iter().map(|path| size(path)).collect::<Result<_, _>>()?;
    let progress = Progress::new(sizes.into_iter().sum());
    let mut code = ExitCode::SUCCESS;
    for path in files {
        let mut is_enough = false;
        let stream = log_stream(path);
        let read = input::read(progress.of(open(path)?), &mut |event| {
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

fn write_rows(format: Format, table: &Table, out: &mut Out) -> Result<(), Failure> {
    match format {
        Format::Table => out.table(table),
        Format::Json => out.json(table),
        Format::Csv => out.csv(table),
    }
}

fn write_files(
    arguments: &Arguments,
    asked: &Asked,
    table: &Table,
    chart: Option<&Chart>,
) -> Result<(), Failure> {
    let write = |path: &Path, text: String| {
        fs::write(path, text).map_err(|error| Failure::with_file(path, &error))
    };
    match (&arguments.svg, chart) {
        (Some(path), Some(chart)) => write(path, chart.svg())?,
        (Some(path), None) => {
            return Err(Failure::Told(format!("{}: there are no numbers to draw", path.display())));
        }
        (None, _) => {}
    }
    if let Some(path) = &arguments.html {
        write(path, page(&asked.title, &asked.text, table, chart))?;
    }
    Ok(())
}
