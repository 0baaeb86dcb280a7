//! What the engine promises, in the language itself.

mod commands;
mod corpus;
mod oracle;
mod ordering;
mod refusals;
mod robustness;
mod semantics;
mod stats;
mod streaming;

use crate::{Engine, LogEvent, Table, ast::Query};

/// Runs a query over lines.
fn run(query: &str, lines: &[&str]) -> Table {
    let events: Vec<LogEvent<'_>> = lines.iter().map(|line| LogEvent::new(line)).collect();
    run_events(query, &events)
}

fn run_events(query: &str, events: &[LogEvent<'_>]) -> Table {
    let mut engine = engine(query).unwrap_or_else(|problems| panic!("{query}: {problems:?}"));
    for event in events {
        if engine.feed(event).is_break() {
            break;
        }
    }
    engine.finish()
}

fn engine(query: &str) -> Result<Engine, Vec<crate::Problem>> {
    let parsed = Query::parse(query).unwrap_or_else(|problems| panic!("{query}: {problems:?}"));
    Engine::new(query, &parsed).map(|engine| engine.with_now(1_795_174_278_967))
}

/// The cells of a table as text; `-` for what is absent.
fn cells(table: &Table) -> Vec<Vec<String>> {
    let cell =
        |cell: &Option<crate::Value>| cell.as_ref().map_or("-".to_owned(), ToString::to_string);
    table.rows.iter().map(|row| row.iter().map(cell).collect()).collect()
}

/// Asserts the rows that a query gives.
#[track_caller]
fn gives<const N: usize>(query: &str, lines: &[&str], expected: &[[&str; N]]) {
    assert_eq!(cells(&run(query, lines)), expected, "{query}");
}
