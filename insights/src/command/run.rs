use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::output::{is_watched, tell};
use super::parameter::Parameter;
use super::query::Asked;
use super::typos::Known;
use super::{Failure, Out, files};
use crate::Table;
use crate::engine::local_functions;
use crate::plot::{Chart, page};

/// Runs a query over log lines, in any form in which they are exported.
#[derive(Args, Debug)]
#[command(after_long_help = functions())]
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
    asked.warn();
    // What a template asks for may be missing.
    let mut known = asked.needs.is_empty().then(|| Known::new(engine.fields()));
    let mut look_at = |line: &str| known.iter_mut().for_each(|known| known.look_at(line));
    let code = files::feed(&mut engine, &arguments.files, &mut look_at);
    let slips = known.map(|known| known.slips()).unwrap_or_default();
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
    if table.rows.is_empty() && !asked.needs.is_empty() {
        tell("note", &format!("no rows; the query needs lines of: {}", asked.needs));
    }
    out.flush()?;
    slips.iter().for_each(|slip| tell("note", slip));
    if matches!(arguments.format, Format::Table) && is_watched() {
        let (rows, matched) = (table.rows.len(), statistics.records_matched);
        let scanned = statistics.records_scanned;
        tell("rows", &format!("{rows}, of {matched} events that matched, of {scanned}"));
    }
    Ok(code)
}

/// Lists the functions that run here, for the help.
fn functions() -> String {
    let mut lines = vec!["Functions that run here:".to_owned()];
    for name in local_functions() {
        match lines.last_mut().filter(|line| lines_fit(line, name)) {
            Some(line) => *line += &format!(" {name}"),
            None => lines.push(format!("  {name}")),
        }
    }
    lines.join("\n")
}

fn lines_fit(line: &str, name: &str) -> bool {
    line.starts_with(' ') && line.len() + name.len() < 100
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
