//! Rivals side by side, in one run: time, allocations, instructions.
//!
//! `powertools-benches` measures every case and prints a table for `docs/performance.md`;
//! `powertools-benches FILTER` measures the cases whose names hold the filter;
//! `powertools-benches --repeat CASE N` only runs a case, for an instruction counter around it;
//! `powertools-benches insights [MEGABYTES [FILTER]]` measures queries over so many megabytes of log lines;
//! `powertools-benches insights --once MEGABYTES FILTER` only runs them, for an instruction counter around it;
//! `powertools-benches dynamodb [ROUNDS]` measures idempotent calls against a database (feature `dynamodb`).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its findings")]

mod baselines;
mod case;
mod competitors;
#[cfg(feature = "dynamodb")]
mod dynamodb;
mod emf;
mod idempotency;
mod insights;
mod instructions;
mod log_line;
mod table;
mod timing;
mod trace;

use case::Case;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let cases = [log_line::cases(), emf::cases(), trace::cases(), idempotency::cases()].concat();
    #[cfg(feature = "dynamodb")]
    if arguments.first().is_some_and(|first| first == "dynamodb") {
        return dynamodb::main(&arguments[1..]);
    }
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table::print(&cases),
        #[cfg(feature = "dynamodb")]
        ["--repeat", name, times] if name.starts_with("dynamodb/") => {
            repeat(&dynamodb::cases(), name, times);
        }
        ["--repeat", name, times] => repeat(&cases, name, times),
        ["insights"] => insights::print(insights::MEGABYTES, ""),
        ["insights", "--once", megabytes, filter] => insights::once(megabytes, filter),
        ["insights", megabytes] => insights::run(megabytes, ""),
        ["insights", megabytes, filter] => insights::run(megabytes, filter),
        [filter] => table::print(&only(cases, filter)),
        _ => eprintln!(
            "usage: powertools-benches [FILTER | --repeat CASE N | insights [[--once] MEGABYTES [FILTER]]]"
        ),
    }
}

fn only(cases: Vec<Case>, filter: &str) -> Vec<Case> {
    cases.into_iter().filter(|case| case.name.contains(filter) || case.is_floor).collect()
}

fn repeat(cases: &[Case], name: &str, times: &str) {
    let case = cases.iter().find(|case| case.name == name);
    match (case, times.parse()) {
        (Some(case), Ok(times)) => case.repeat(times),
        _ => eprintln!("no case {name:?}, or {times:?} is not a number"),
    }
}
