use std::process::Command;

use crate::case::Case;

/// Runs that are compared; the difference is free of what starting costs.
const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

/// Counts the instructions of one run of a case with valgrind's callgrind; `None` where that is missing.
pub(crate) fn count(case: &Case) -> Option<u64> {
    let (few, many) = (total(case.name, FEW)?, total(case.name, MANY)?);
    Some((many - few) / (MANY - FEW))
}

fn total(name: &str, times: u64) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args(["--repeat", name, &times.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report.lines().find_map(|line| line.split_once("Collected : "))?.1;
    collected.trim().parse().ok()
}
