use std::process::Command;

use crate::case::Case;

/// Counts the instructions of one run of a case with valgrind's callgrind; `None` where that is missing.
pub(crate) fn count(case: &Case) -> Option<u64> {
    between(case, [1_000, 3_000], |_| ())
}

/// Counts as [`count`] does, by the difference of few and of many runs, which is free of what starting costs; `tell`
/// prepares the process.
pub(crate) fn between(
    case: &Case,
    [few, many]: [u64; 2],
    tell: impl Fn(&mut Command),
) -> Option<u64> {
    let total = |times| total(case.name, times, &tell);
    Some(total(many)?.saturating_sub(total(few)?) / (many - few))
}

fn total(name: &str, times: u64, tell: impl Fn(&mut Command)) -> Option<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(std::env::current_exe().ok()?).args(["--repeat", name, &times.to_string()]);
    tell(&mut valgrind);
    let output = valgrind.output().ok()?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected = report.lines().find_map(|line| line.split_once("Collected : "))?.1;
    collected.trim().parse().ok()
}
