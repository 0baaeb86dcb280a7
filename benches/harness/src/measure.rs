//! What is measured of functions that run, in turns, so that a noisy moment hits all of them.

use std::{path::Path, process::Command};

use crate::{
    Failure,
    build::Built,
    numbers::{median, microseconds, milliseconds, quantile},
    process::Process,
    stack::Kind,
    surroundings::Surroundings,
};

/// Invocations before latency is looked at.
const WARM: usize = 500;
const LATENCY_ROUNDS: usize = 100;
const LATENCY_RUNS: usize = 20;

/// From the start of the process, in ms; and how much more than bare, as the median of what each pair differs by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start {
    pub(crate) poll: Compared,
    pub(crate) first: Compared,
    pub(crate) second: Compared,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compared {
    pub(crate) median: f64,
    pub(crate) over_bare: f64,
}

/// Starts each function this often; the first is what the others are compared with.
pub(crate) fn starts(
    built: &[&Built],
    around: &Surroundings,
    runs: usize,
) -> Result<Vec<Start>, Failure> {
    eprintln!("starting {} functions {runs} times", built.len());
    let mut rounds: Vec<Vec<[f64; 3]>> = Vec::new();
    // One round more: files are read from the disk in the first.
    for _ in 0..=runs {
        let round = built.iter().map(|built| start(&built.binary, around));
        rounds.push(round.collect::<Result<_, _>>()?);
    }
    rounds.remove(0);
    let compared = |stack: usize, moment: usize| Compared {
        median: median(rounds.iter().map(|round| round[stack][moment])),
        over_bare: median(rounds.iter().map(|round| round[stack][moment] - round[0][moment])),
    };
    let start = |stack| Start {
        poll: compared(stack, 0),
        first: compared(stack, 1),
        second: compared(stack, 2),
    };
    Ok((0..built.len()).map(start).collect())
}

/// Returns ms until the first poll, the first answer and the second.
fn start(binary: &Path, around: &Surroundings) -> Result<[f64; 3], Failure> {
    let mut process = Process::start(binary, around)?;
    let poll = process.poll()?;
    let first = process.invoke()?.since_start;
    let second = process.invoke()?.since_start;
    Ok([poll, first, second].map(milliseconds))
}

/// Resident memory in kB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) first: u64,
    pub(crate) tenth: u64,
    pub(crate) last: u64,
}

/// Looks at the memory after one invocation, a tenth of them and all.
pub(crate) fn memory(
    built: &Built,
    around: &Surroundings,
    times: usize,
) -> Result<Memory, Failure> {
    eprintln!("invoking {} {times} times", built.stack.name);
    let mut process = Process::start(&built.binary, around)?;
    process.invoke_times(1)?;
    let first = process.resident()?;
    process.invoke_times(times / 10)?;
    let tenth = process.resident()?;
    process.invoke_times(times - times / 10)?;
    Ok(Memory { first, tenth, last: process.resident()? })
}

/// What a caller of a warm function waits, in µs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Latency {
    pub(crate) after: Waits,
    /// With everything written before the answer.
    pub(crate) before: Option<Waits>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Waits {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Invokes all functions in turns.
pub(crate) fn latencies(built: &[&Built], around: &Surroundings) -> Result<Vec<Latency>, Failure> {
    eprintln!("measuring what callers of {} functions wait", built.len());
    let mut callers = Vec::new();
    for (stack, built) in built.iter().enumerate() {
        callers.push(Caller::new(stack, "after", built, around)?);
        if built.stack.kind == Kind::Ours {
            callers.push(Caller::new(stack, "before", built, around)?);
        }
    }
    for _ in 0..LATENCY_ROUNDS {
        callers.iter_mut().try_for_each(Caller::call)?;
    }
    let mut latencies = vec![Latency::default(); built.len()];
    for caller in callers {
        let latency = &mut latencies[caller.stack];
        match caller.flush {
            "before" => latency.before = Some(caller.waits()),
            _ => latency.after = caller.waits(),
        }
    }
    Ok(latencies)
}

struct Caller {
    stack: usize,
    flush: &'static str,
    process: Process,
    waited: Vec<f64>,
}

impl Caller {
    fn new(
        stack: usize,
        flush: &'static str,
        built: &Built,
        around: &Surroundings,
    ) -> Result<Self, Failure> {
        let mut command = Command::new(&built.binary);
        command.env("BENCH_FLUSH", flush);
        let mut process = Process::start_as(command, around)?;
        process.invoke_times(WARM)?;
        Ok(Self { stack, flush, process, waited: Vec::new() })
    }

    fn call(&mut self) -> Result<(), Failure> {
        for _ in 0..LATENCY_RUNS {
            self.process.poll()?;
            self.waited.push(microseconds(self.process.invoke()?.latency));
        }
        self.process.poll().map(drop)
    }

    fn waits(&self) -> Waits {
        let waited = || self.waited.iter().copied();
        Waits { p50: median(waited()), p99: quantile(waited(), 0.99) }
    }
}
