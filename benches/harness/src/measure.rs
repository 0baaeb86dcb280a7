//! What is measured of functions that run, in turns, so that a noisy moment hits all of them.

use crate::{
    Failure,
    backends::Backends,
    function::Function,
    numbers::{median, microseconds, milliseconds, quantile},
    process::Process,
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

/// One start of each function: ms until the first poll, the first answer and the second.
pub(crate) type Round = Vec<[f64; 3]>;

/// Starts each function this often, in turns.
pub(crate) fn rounds(
    functions: &[&dyn Function],
    backends: &Backends,
    runs: usize,
) -> Result<Vec<Round>, Failure> {
    eprintln!("starting {} functions {runs} times", functions.len());
    let mut rounds = Vec::new();
    // One round more: files are read from the disk in the first.
    for _ in 0..=runs {
        // Nor does the first function of a round pay for what the last one before it has pushed out of the caches.
        functions.first().map(|function| start(*function, backends)).transpose()?;
        let round = functions.iter().map(|function| start(*function, backends));
        rounds.push(round.collect::<Result<_, _>>()?);
    }
    rounds.remove(0);
    Ok(rounds)
}

/// Compares each function with the first.
pub(crate) fn starts(
    functions: &[&dyn Function],
    backends: &Backends,
    runs: usize,
) -> Result<Vec<Start>, Failure> {
    let rounds = rounds(functions, backends, runs)?;
    Ok((0..functions.len()).map(|function| compare(&rounds, function, 0)).collect())
}

/// Compares a function with one that is bare.
pub(crate) fn compare(rounds: &[Round], function: usize, bare: usize) -> Start {
    let compared = |moment: usize| Compared {
        median: median(rounds.iter().map(|round| round[function][moment])),
        over_bare: median(rounds.iter().map(|round| round[function][moment] - round[bare][moment])),
    };
    Start { poll: compared(0), first: compared(1), second: compared(2) }
}

fn start(function: &dyn Function, backends: &Backends) -> Result<[f64; 3], Failure> {
    let mut process = Process::start(function.command(), backends)?;
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
    function: &dyn Function,
    backends: &Backends,
    times: usize,
) -> Result<Memory, Failure> {
    eprintln!("invoking {} {times} times", function.name());
    let mut process = Process::start(function.command(), backends)?;
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
pub(crate) fn latencies(
    functions: &[&dyn Function],
    backends: &Backends,
) -> Result<Vec<Latency>, Failure> {
    eprintln!("measuring what callers of {} functions wait", functions.len());
    let mut callers = Vec::new();
    for (at, function) in functions.iter().enumerate() {
        callers.push(Caller::new(at, "after", *function, backends)?);
        if function.can_flush_before() {
            callers.push(Caller::new(at, "before", *function, backends)?);
        }
    }
    for _ in 0..LATENCY_ROUNDS {
        callers.iter_mut().try_for_each(Caller::call)?;
    }
    let mut latencies = vec![Latency::default(); functions.len()];
    for caller in callers {
        let latency = &mut latencies[caller.function];
        match caller.flush {
            "before" => latency.before = Some(caller.waits()),
            _ => latency.after = caller.waits(),
        }
    }
    Ok(latencies)
}

struct Caller {
    function: usize,
    flush: &'static str,
    process: Process,
    waited: Vec<f64>,
}

impl Caller {
    fn new(
        at: usize,
        flush: &'static str,
        function: &dyn Function,
        backends: &Backends,
    ) -> Result<Self, Failure> {
        let mut command = function.command();
        command.env("BENCH_FLUSH", flush);
        let mut process = Process::start(command, backends)?;
        process.invoke_times(WARM)?;
        Ok(Self { function: at, flush, process, waited: Vec::new() })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_is_the_median_of_pairs() {
        let rounds =
            [[1.0, 5.0], [2.0, 9.0], [3.0, 8.0]].map(|ms| ms.map(|ms| [ms, ms, ms]).to_vec());
        let start = compare(&rounds, 1, 0);
        assert_eq!((start.first.median, start.first.over_bare), (8.0, 5.0));
        let itself = compare(&rounds, 1, 1);
        assert_eq!((itself.poll.median, itself.poll.over_bare), (8.0, 0.0));
    }
}
