//! The same questions, answered by SQLite over the same lines.

mod lines;
mod questions;
mod sqlite;

use lines::Line;

use crate::{LogEvent, Value};

/// Asserts that a query and its like in SQL give the same rows, in the same order.
fn agree(lines: &[Line], query: &str, sql: &str) {
    let messages: Vec<String> = lines.iter().map(Line::json).collect();
    let events = lines.iter().zip(&messages);
    let events: Vec<LogEvent<'_>> =
        events.map(|(line, message)| LogEvent::new(message).timestamp(line.time)).collect();
    let ours = super::run_events(query, &events).rows;
    let theirs = sqlite::rows(lines, sql);
    let same = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(a, b)| are_same(a, b));
    assert!(same, "{query}\n{sql}\nours:   {ours:?}\nSQLite: {theirs:?}\nlines: {messages:?}");
}

fn are_same(ours: &[Option<Value>], theirs: &[Option<Value>]) -> bool {
    ours.len() == theirs.len()
        && ours.iter().zip(theirs).all(|(a, b)| is_same(a.as_ref(), b.as_ref()))
}

/// Sums may be added up in another order; times and numeric texts are numbers in SQL.
fn is_same(ours: Option<&Value>, theirs: Option<&Value>) -> bool {
    match (ours, theirs) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => {
            (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
        }
        (Some(Value::Time(millis)), Some(Value::Number(number))) => *millis as f64 == *number,
        (Some(Value::Text(text)), Some(Value::Number(number))) => text.parse() == Ok(*number),
        _ => ours == theirs,
    }
}
