//! Queries over the lines of our own logger and recorder, and over Lambda's.

mod lines;

use std::{hint::black_box, time::Instant};

use powertools_insights::{Engine, LogEvent, ast::Query};

use crate::timing::median;

/// How much is read if nothing else is asked for.
pub(crate) const MEGABYTES: usize = 100;
const ROUNDS: usize = 3;

/// What is measured, and with it the floor: each line parsed into a `Value` by serde_json.
const QUERIES: [(&str, &str); 8] = [
    (
        "filter and aggregate",
        "filter level = \"ERROR\" | stats count(*) as errors, max(duration_ms) as worst by service",
    ),
    (
        "aggregate everything",
        "stats count(*), avg(duration_ms), max(duration_ms) by level, service",
    ),
    (
        "percentiles by bin",
        "filter ispresent(duration_ms) | stats pct(duration_ms, 50), pct(duration_ms, 99) by bin(5m)",
    ),
    (
        "filter by number",
        "filter duration_ms > 1900 and tenant = \"t-3\" | stats count(*) by tenant",
    ),
    ("filter by expression", "filter @message like /(?i)timeout/ | stats count(*) by level"),
    ("newest lines", "filter level = \"ERROR\" | fields @timestamp, message | limit 20"),
    (
        "metric values",
        "filter ispresent(_aws.Timestamp) | stats sum(OrdersPlaced.0) as orders by service",
    ),
    (
        "lambda reports",
        "filter @type = \"REPORT\" | stats max(@duration), avg(@maxMemoryUsed), count(*)",
    ),
];

/// Measures the queries whose names hold `filter`.
pub(crate) fn run(megabytes: &str, filter: &str) {
    if let Some(megabytes) = number(megabytes) {
        print(megabytes, filter);
    }
}

/// Runs the queries whose names hold `filter`, and nothing else.
pub(crate) fn once(megabytes: &str, filter: &str) {
    if let Some(megabytes) = number(megabytes) {
        let text = lines::generate(megabytes * 1_000_000);
        chosen(filter).for_each(|(_, query)| aggregate(&text, query));
    }
}

fn number(megabytes: &str) -> Option<usize> {
    let number = megabytes.parse().ok();
    if number.is_none() {
        eprintln!("{megabytes:?} is not a number of megabytes");
    }
    number
}

fn chosen(filter: &str) -> impl Iterator<Item = &(&'static str, &'static str)> {
    QUERIES.iter().filter(move |(name, _)| name.contains(filter))
}

/// Measures the queries whose names hold `filter`, and prints them as a table.
pub(crate) fn print(megabytes: usize, filter: &str) {
    let text = lines::generate(megabytes * 1_000_000);
    let chosen: Vec<_> = chosen(filter).collect();
    println!("| query | MB/s | of the floor |\n|---|---:|---:|");
    let rounds: Vec<Vec<f64>> = (0..ROUNDS)
        .map(|_| {
            let queries = chosen.iter().map(|(_, query)| speed(&text, || aggregate(&text, query)));
            std::iter::once(speed(&text, || parse(&text))).chain(queries).collect()
        })
        .collect();
    let names =
        std::iter::once("floor: serde_json to `Value`").chain(chosen.iter().map(|(name, _)| *name));
    for (at, name) in names.enumerate() {
        let speed = median(rounds.iter().map(|round| round[at]).collect());
        let ratio = median(rounds.iter().map(|round| round[at] / round[0]).collect());
        println!("| {name} | {speed:.0} | {ratio:.2} |");
    }
}

/// Returns how many megabytes a second are read.
fn speed(text: &str, read: impl FnOnce()) -> f64 {
    let start = Instant::now();
    read();
    text.len() as f64 / 1e6 / start.elapsed().as_secs_f64()
}

fn aggregate(text: &str, query: &str) {
    let parsed = Query::parse(query).expect("the queries are right");
    let mut engine = Engine::new(query, &parsed).expect("the queries are right");
    for line in text.lines() {
        if engine.feed(&LogEvent::new(line)).is_break() {
            break;
        }
    }
    black_box(engine.finish());
}

fn parse(text: &str) {
    for line in text.lines() {
        let _ = black_box(serde_json::from_str::<serde_json::Value>(line));
    }
}
