//! Instructions and allocations of a warm invocation, as valgrind counts them in the function's process.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use crate::{Failure, backends::Backends, build::Built, process::Process};

/// Invocations that are compared; the difference is free of what starting costs.
const FEW: usize = 100;
const MANY: usize = 400;

/// Longer than a thread of a function takes to sleep, also under valgrind.
const REST: Duration = Duration::from_millis(5);

/// What a warm invocation does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) instructions: u64,
    pub(crate) allocations: f64,
}

/// Tells whether valgrind is there.
pub(crate) fn is_there() -> bool {
    let version = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Counts; `None` where valgrind is not there.
pub(crate) fn count(built: &Built, backends: &Backends) -> Result<Option<Counted>, Failure> {
    if !is_there() {
        return Ok(None);
    }
    eprintln!("counting {}", built.stack.name);
    let instructions = warm(|times| instructions(built, backends, times))?;
    let allocations = warm(|times| allocations(built, backends, times))?;
    Ok(Some(Counted { instructions: instructions.round() as u64, allocations }))
}

fn warm(total: impl Fn(usize) -> Result<u64, Failure>) -> Result<f64, Failure> {
    let (few, many) = (total(FEW)?, total(MANY)?);
    Ok(many.saturating_sub(few) as f64 / (MANY - FEW) as f64)
}

fn instructions(built: &Built, backends: &Backends, times: usize) -> Result<u64, Failure> {
    let tool = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
    number_after("Collected :", &run(built, backends, &tool, times)?)
}

fn allocations(built: &Built, backends: &Backends, times: usize) -> Result<u64, Failure> {
    let tool = ["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"];
    number_after("total heap usage:", &run(built, backends, &tool, times)?)
}

/// Returns valgrind's report.
fn run(built: &Built, backends: &Backends, tool: &[&str], times: usize) -> Result<String, Failure> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(tool).arg(&built.binary).stderr(Stdio::piped());
    let mut process = Process::start(valgrind, backends)?;
    process.invoke_calmly(times, REST)?;
    process.terminate()
}

fn number_after(label: &str, report: &str) -> Result<u64, Failure> {
    let rest = report.lines().find_map(|line| line.split_once(label)).map(|(_, rest)| rest.trim());
    let number = rest.and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let digits = number.replace(',', "");
    digits.parse().map_err(|_| format!("valgrind does not say {label:?}:\n{report}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valgrind_output_is_parsed() {
        let report = "==7== Collected : 123456\n==7==   total heap usage: 1,234 allocs, 5 frees";
        assert_eq!(number_after("Collected :", report).unwrap(), 123_456);
        assert_eq!(number_after("total heap usage:", report).unwrap(), 1_234);
        assert!(number_after("Refs:", report).is_err());
    }
}
