//! What the settings of a release profile change, for one function.

use std::fs;

use crate::{
    Failure,
    backends::Backends,
    build::{self, Built},
    function::Function,
    measure,
    numbers::{grouped, more},
    stack::Stack,
    valgrind,
};

const STACK: &str = "four";
const RUNS: usize = 100;

/// Settings that differ from the profile `lambda`.
const PROFILES: [(&str, &[&str]); 9] = [
    ("s, fat, one unit, unwind, stripped", &[]),
    ("opt-level z", &["profile.lambda.opt-level='z'"]),
    ("opt-level 2", &["profile.lambda.opt-level=2"]),
    ("opt-level 3", &["profile.lambda.opt-level=3"]),
    ("thin LTO", &["profile.lambda.lto='thin'"]),
    ("16 units", &["profile.lambda.codegen-units=16"]),
    ("panic abort", &["profile.lambda.panic='abort'"]),
    ("strip debuginfo only", &["profile.lambda.strip='debuginfo'"]),
    (
        "cargo's release",
        &[
            "profile.lambda.opt-level=3",
            "profile.lambda.lto=false",
            "profile.lambda.codegen-units=16",
            "profile.lambda.strip='none'",
        ],
    ),
];

/// Builds and measures each, and prints a table.
pub(crate) fn run() -> Result<(), Failure> {
    let stack = Stack::named(STACK).ok_or("no such stack")?;
    let built = PROFILES.iter().enumerate().map(|(at, (_, settings))| built(stack, at, settings));
    let built = built.collect::<Result<Vec<_>, _>>()?;
    let backends = Backends::start()?;
    let functions = built.iter().map(|built| built as &dyn Function).collect::<Vec<_>>();
    let starts = measure::starts(&functions, &backends, RUNS)?;
    println!(
        "| profile | bytes | | first answer, ms | | instructions |\n|---|---:|---:|---:|---:|---:|"
    );
    let first = built[0].bytes as f64;
    for ((built, start), (name, _)) in built.iter().zip(starts).zip(PROFILES) {
        let counted = valgrind::count(built, &backends)?;
        println!(
            "| {name} | {} | {} | {:.2} | {} | {} |",
            grouped(built.bytes),
            more(built.bytes as f64, first, |bytes| format!("{:.0} kB", bytes / 1e3)),
            start.first.median,
            more(start.first.over_bare, 0.0, |ms| format!("{ms:.2}")),
            counted.map_or_else(String::new, |counted| grouped(counted.instructions)),
        );
    }
    Ok(())
}

fn built(stack: &'static Stack, at: usize, settings: &[&str]) -> Result<Built, Failure> {
    let target = build::target_directory();
    build::compile(stack, &target, settings)?;
    let binary = target.join("functions").join(format!("profile-{at}"));
    fs::create_dir_all(target.join("functions"))?;
    fs::copy(build::binary_in(&target), &binary)?;
    let bytes = fs::metadata(&binary)?.len();
    Ok(Built { stack, binary, bytes, crates: 0 })
}
