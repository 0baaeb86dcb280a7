//! What the function costs in other languages, beside ours in the same run.

use super::{Found, ReferenceFunction, written};
use crate::{
    Failure,
    arguments::Arguments,
    backends::Backends,
    build::{self, Built},
    function::Function,
    measure::{self, Compared, Latency, Memory, Start},
    numbers::{grouped, more},
    stack::Stack,
};

/// Starts and invocations at most: an interpreter takes as long for one start as Rust for a hundred.
const RUNS: usize = 30;
const INVOCATIONS: usize = 10_000;

/// Ours with all that the others have.
const OURS: &str = "four";

/// What was measured of one function.
struct Row {
    name: String,
    /// Compared with Rust's bare function, and with that of the same language.
    start: Start,
    own: Start,
    latency: Latency,
    memory: Memory,
    bare_memory: Memory,
    bytes: u64,
}

/// Measures all in turns, and returns it as Markdown.
pub(crate) fn section(arguments: &Arguments, found: &[Found]) -> Result<String, Failure> {
    let ours = Stack::named(OURS).ok_or("no such stack")?;
    let rust = [build::build(Stack::bare())?, build::build(ours)?];
    let references: Vec<ReferenceFunction> = found.iter().flat_map(Found::references).collect();
    let functions = functions(&rust, &references);
    // Each bare function comes before the one with a toolkit.
    functions.iter().skip(1).step_by(2).try_for_each(|function| written::check(*function))?;
    let bytes = rust
        .iter()
        .map(|built| Ok(built.bytes))
        .chain(references.iter().map(ReferenceFunction::bytes));
    let bytes = bytes.collect::<Result<Vec<_>, _>>()?;
    let (runs, invocations) = (arguments.runs.min(RUNS), arguments.invocations.min(INVOCATIONS));
    let rows = measure(&functions, &bytes, runs, invocations)?;
    let interpreters = found.iter().map(Found::interpreter).collect::<Vec<_>>();
    Ok(format!(
        "rustc {}, {}; {runs} starts in turns, {} invocations.\n\n{}\n{}",
        build::compiler()?,
        interpreters.join(", "),
        grouped(invocations as u64),
        starts(&rows),
        rest(&rows)
    ))
}

fn functions<'a>(rust: &'a [Built], references: &'a [ReferenceFunction]) -> Vec<&'a dyn Function> {
    let rust = rust.iter().map(|built| built as &dyn Function);
    rust.chain(references.iter().map(|reference| reference as &dyn Function)).collect()
}

fn measure(
    functions: &[&dyn Function],
    bytes: &[u64],
    runs: usize,
    invocations: usize,
) -> Result<Vec<Row>, Failure> {
    let backends = Backends::start()?;
    let rounds = measure::rounds(functions, &backends, runs)?;
    let latencies = measure::latencies(functions, &backends)?;
    let memories = functions.iter().map(|it| measure::memory(*it, &backends, invocations));
    let memories = memories.collect::<Result<Vec<_>, _>>()?;
    let row = |at: usize| {
        let bare = at - at % 2;
        Row {
            name: functions[at].name().to_owned(),
            start: measure::compare(&rounds, at, 0),
            own: measure::compare(&rounds, at, bare),
            latency: latencies[at],
            memory: memories[at],
            bare_memory: memories[bare],
            bytes: bytes[at],
        }
    };
    Ok((0..functions.len()).map(row).collect())
}

fn starts(rows: &[Row]) -> String {
    let mut text = String::from(
        "| function | first poll, ms | first answer | over bare | over its own bare | second | over bare | \
         over its own bare |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let over = |it: Compared| more(it.over_bare, 0.0, |ms| format!("{ms:.2}"));
    for Row { name, start, own, .. } in rows {
        text += &format!("| {name} | {:.2} ", start.poll.median);
        for (start, own) in [(start.first, own.first), (start.second, own.second)] {
            text += &format!("| {:.2} | {} | {} ", start.median, over(start), over(own));
        }
        text += "|\n";
    }
    text
}

fn rest(rows: &[Row]) -> String {
    let mut text = String::from(
        "| function | p50, µs | p99 | kB after the first | over its own bare | after a tenth | after all | \
         over its own bare | deployed, kB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let over = |number: u64, bare: u64| more(number as f64, bare as f64, |it| grouped(it as u64));
    for Row { name, latency, memory, bare_memory, bytes, .. } in rows {
        text += &format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            grouped(latency.after.p50.round() as u64),
            grouped(latency.after.p99.round() as u64),
            grouped(memory.first),
            over(memory.first, bare_memory.first),
            grouped(memory.tenth),
            grouped(memory.last),
            over(memory.last, bare_memory.last),
            grouped(bytes.div_ceil(1_000)),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_as_many_cells_as_its_head() {
        let start = Start::default();
        let row = Row {
            name: "python".to_owned(),
            start,
            own: start,
            latency: Latency::default(),
            memory: Memory { first: 5_000, tenth: 5_000, last: 6_000 },
            bare_memory: Memory { first: 2_000, ..Memory::default() },
            bytes: 1_001,
        };
        let rows = [row];
        let tables = [starts(&rows), rest(&rows)];
        assert!(tables[1].ends_with("| 5,000 | +3,000 | 5,000 | 6,000 | +6,000 | 2 |\n"));
        for table in &tables {
            let bars = table.lines().map(|line| line.matches('|').count()).collect::<Vec<_>>();
            assert!(bars.iter().all(|count| *count == bars[0]), "{table}");
        }
    }
}
