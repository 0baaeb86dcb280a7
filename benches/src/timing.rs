use std::time::{Duration, Instant};

use crate::case::Case;

/// How long one sample should take at least, so that the clock's own cost vanishes.
const SAMPLE: Duration = Duration::from_millis(10);
const ROUNDS: usize = 21;

/// Measures the cases in turns, so that a noisy moment hits all of them; returns ns for each round and case.
pub(crate) fn measure(cases: &[Case]) -> Vec<Vec<f64>> {
    let times: Vec<u64> = cases.iter().map(calibrate).collect();
    let round = |_| cases.iter().zip(&times).map(|(case, times)| sample(case, *times)).collect();
    (0..ROUNDS).map(round).collect()
}

fn calibrate(case: &Case) -> u64 {
    case.with(|run| {
        let mut times = 64;
        loop {
            let start = Instant::now();
            run(times);
            if start.elapsed() >= SAMPLE {
                return times;
            }
            times *= 2;
        }
    })
}

fn sample(case: &Case, times: u64) -> f64 {
    case.with(|run| {
        run(times / 8);
        let start = Instant::now();
        run(times);
        start.elapsed().as_nanos() as f64 / times as f64
    })
}

pub(crate) fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
