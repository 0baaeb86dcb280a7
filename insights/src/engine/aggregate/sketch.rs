use std::collections::BTreeMap;

/// The ratio between neighboring buckets: the middle of a bucket is within one percent of any of its numbers.
const STEP: f64 = 1.02;

/// Counts numbers by their approximate size (DDSketch, Masson et al., 2019).
///
/// Sizes are powers of [`STEP`], of which `f64` has at most 74,000 for each sign; latencies need a few hundred.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sketch {
    negative: BTreeMap<i32, u64>,
    zeros: u64,
    positive: BTreeMap<i32, u64>,
    count: u64,
}

impl Sketch {
    pub(super) fn add(&mut self, number: f64) {
        self.count += 1;
        let buckets = match number {
            0.0 => return self.zeros += 1,
            number if number < 0.0 => &mut self.negative,
            _ => &mut self.positive,
        };
        *buckets.entry(bucket(number.abs())).or_default() += 1;
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns about the number at a rank, from 0.
    pub(super) fn at(&self, rank: u64) -> f64 {
        let negative = self.negative.iter().rev().map(|(at, count)| (-size(*at), *count));
        let zeros = std::iter::once((0.0, self.zeros));
        let positive = self.positive.iter().map(|(at, count)| (size(*at), *count));
        let mut passed = 0;
        let mut numbers = negative.chain(zeros).chain(positive).map(|(number, count)| {
            passed += count;
            (number, passed)
        });
        numbers.find(|(_, passed)| *passed > rank).map_or(0.0, |(number, _)| number)
    }
}

fn bucket(size: f64) -> i32 {
    (size.ln() / STEP.ln()).ceil() as i32
}

/// Returns the middle of a bucket, as far from its begin as from its end in proportion.
fn size(bucket: i32) -> f64 {
    let middle = (f64::from(bucket) * STEP.ln()).exp() * 2.0 / (1.0 + STEP);
    middle.min(f64::MAX)
}
