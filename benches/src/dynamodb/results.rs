//! Wall time, processor time and instructions of the client, each beside the floor's.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::server::Server;
use crate::{case::Case, instructions, timing::median};

/// Calls of a sample; as many again before it to warm up would hide what connecting costs, a tenth is enough.
const CALLS: u64 = 100;

/// Calls whose instructions are compared.
const COUNTED: [u64; 2] = [100, 400];

/// µs of one call.
#[derive(Clone, Copy)]
struct Sample {
    wall: f64,
    processor: f64,
}

/// Measures the cases in turns and prints a table.
pub(super) fn print(cases: &[Case], rounds: usize, server: &Server) {
    let rounds: Vec<Vec<Sample>> =
        (0..rounds).map(|_| cases.iter().map(sample).collect()).collect();
    let count = |case| instructions::between(case, COUNTED, |process| server.tell(process));
    let instructions: Vec<_> = cases.iter().map(count).collect();
    println!(
        "| case | µs | of the floor | processor, µs | of the floor | instructions | of the floor | allocations |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|");
    for (at, case) in cases.iter().enumerate() {
        let is_floor = |other: &Case| other.is_floor && other.group == case.group;
        let floor = cases.iter().position(is_floor).unwrap_or(at);
        let cells = |of: fn(&Sample) -> f64| {
            let middle = median(rounds.iter().map(|round| of(&round[at])).collect());
            let ratios = rounds.iter().map(|round| of(&round[at]) / of(&round[floor]));
            format!("{middle:.1} | {:.3}", median(ratios.collect()))
        };
        let counted = match (instructions[at], instructions[floor]) {
            (Some(ours), Some(floor)) => format!("{ours} | {:.3}", ours as f64 / floor as f64),
            _ => "valgrind missing |".to_owned(),
        };
        println!(
            "| {} | {} | {} | {counted} | {} |",
            case.name,
            cells(|sample| sample.wall),
            cells(|sample| sample.processor),
            allocations(case)
        );
    }
}

fn sample(case: &Case) -> Sample {
    case.with(|run| {
        run(CALLS / 10);
        let (wall, processor) = (Instant::now(), processor_time());
        run(CALLS);
        let each = |time: Duration| time.as_secs_f64() * 1e6 / CALLS as f64;
        Sample { wall: each(wall.elapsed()), processor: each(processor_time() - processor) }
    })
}

/// Returns the processor time of this thread, the only one of a client.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

fn allocations(case: &Case) -> u64 {
    case.with(|run| {
        run(CALLS);
        allocation_counter::measure(|| run(CALLS)).count_total / CALLS
    })
}
