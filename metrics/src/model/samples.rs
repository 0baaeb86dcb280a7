use std::collections::BinaryHeap;

/// How many values of a distribution are kept one by one: ten documents full.
const MOST: usize = 1000;

/// How many groups of values remain after that.
pub(crate) const GROUPS: usize = 100;

/// The largest value of `PutMetricData`, 2 to the power of 360.
const LARGEST: f64 = 2.348_542_582_773_833_2e108;

/// The smallest magnitude of `PutMetricData` beside zero, 2 to the power of -360.
const SMALLEST: f64 = 4.257_959_840_008_151e-109;

/// Tells whether CloudWatch takes a value.
pub(super) fn is_accepted(value: f64) -> bool {
    value == 0.0 || (SMALLEST..=LARGEST).contains(&value.abs())
}

/// The values of one metric.
#[derive(Debug, Default)]
pub(crate) struct Samples {
    values: Vec<f64>,
    /// How many values each of `values` stands for; empty as long as that is one.
    counts: Vec<u64>,
}

impl Samples {
    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.counts.clear();
    }

    /// Gives back the memory of more values than most invocations have.
    pub(crate) fn shrink(&mut self) {
        self.values.shrink_to(GROUPS);
        self.counts.shrink_to(GROUPS);
    }

    /// Adds to the one value of a counter, unless CloudWatch would not take the sum.
    pub(crate) fn add(&mut self, value: f64) -> bool {
        let sum = self.values.first().copied().unwrap_or(0.0) + value;
        let accepted = is_accepted(sum);
        if accepted {
            self.values.clear();
            self.values.push(sum);
        }
        accepted
    }

    /// Keeps a value of a distribution; beyond a thousand, values are put together in groups.
    pub(crate) fn keep(&mut self, value: f64) {
        if self.values.len() == MOST {
            self.compress();
        }
        self.values.push(value);
        if !self.counts.is_empty() {
            self.counts.push(1);
        }
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns how many values each stands for, if they are groups.
    pub(crate) fn counts(&self) -> Option<&[u64]> {
        (!self.counts.is_empty()).then_some(&self.counts)
    }

    /// Puts groups together until they fit one document, where values are groups at all.
    pub(crate) fn settle(&mut self) {
        if !self.counts.is_empty() && self.values.len() > GROUPS {
            self.compress();
        }
    }

    /// Puts neighbours together: each group becomes its mean, which keeps count and sum, and the
    /// smallest and the largest value stay alone, which keeps those.
    fn compress(&mut self) {
        let counts = std::mem::take(&mut self.counts);
        let count = |at: usize| counts.get(at).copied().unwrap_or(1);
        // By an integer that orders as the values do, because a heap needs `Ord`, which `f64` does not have.
        let groups = self.values.iter().enumerate().map(|(at, value)| (rank(*value), count(at)));
        // A heap is less code than a sort.
        let sorted = groups.collect::<BinaryHeap<_>>().into_sorted_vec();
        let sorted: Vec<(f64, u64)> =
            sorted.into_iter().map(|(rank, count)| (value_of(rank), count)).collect();
        let (Some(smallest), Some(largest)) = (sorted.first().copied(), sorted.last().copied())
        else {
            return;
        };
        let inner = &sorted[1..sorted.len() - 1];
        let group = inner.len().div_ceil(GROUPS - 2).max(1);
        let means = inner.chunks(group).map(mean);
        let groups = std::iter::once(smallest).chain(means).chain([largest]);
        (self.values, self.counts) = groups.unzip();
    }
}

/// Returns a number that orders values as `f64::total_cmp` does.
fn rank(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ (bits >> 63) & i64::MAX
}

/// Returns the value of a [`rank`].
fn value_of(rank: i64) -> f64 {
    f64::from_bits((rank ^ (rank >> 63) & i64::MAX).cast_unsigned())
}

fn mean(group: &[(f64, u64)]) -> (f64, u64) {
    let count: u64 = group.iter().map(|(_, count)| count).sum();
    // Weighted one by one, so that large values don't overflow on the way.
    let mean: f64 = group.iter().map(|(value, of)| value * (*of as f64 / count as f64)).sum();
    let (least, most) = (group[0].0, group[group.len() - 1].0);
    // Not `clamp`, whose panic would bring the formatting of numbers.
    let mean = mean.max(least).min(most);
    // Values around zero may cancel out to a number that CloudWatch refuses.
    (if is_accepted(mean) { mean } else { 0.0 }, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(samples: &Samples) -> (u64, f64, f64, f64) {
        let counts =
            samples.counts().map_or_else(|| vec![1; samples.values.len()], <[u64]>::to_vec);
        let sum =
            samples.values.iter().zip(&counts).map(|(value, count)| value * *count as f64).sum();
        let least = samples.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = samples.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (counts.iter().sum(), sum, least, most)
    }

    #[test]
    fn thousand_values_are_kept_one_by_one() {
        let mut samples = Samples::default();
        (0..1000).for_each(|n| samples.keep(f64::from(n)));
        assert_eq!((samples.values().len(), samples.counts()), (1000, None));
    }

    #[test]
    fn more_are_put_together_without_losing_count_sum_and_extremes() {
        let mut samples = Samples::default();
        (0..50_000).for_each(|n| samples.keep(f64::from(n * 7919 % 50_000)));
        samples.settle();
        assert!(samples.values().len() <= GROUPS);
        let (count, sum, least, most) = totals(&samples);
        assert_eq!((count, least, most), (50_000, 0.0, 49_999.0));
        let expected = 49_999.0 * 25_000.0;
        assert!((sum - expected).abs() < expected * 1e-12, "{sum}");
    }

    #[test]
    fn ranks_order_values_and_tell_them_again() {
        let values = [f64::NEG_INFINITY, -2.5, -1.0, -0.0, 0.0, 1e-300, 0.1, 7.0, f64::MAX];
        assert!(values.is_sorted_by(|a, b| rank(*a) < rank(*b)));
        assert!(values.iter().all(|value| value_of(rank(*value)).to_bits() == value.to_bits()));
    }

    #[test]
    fn grouped_values_stay_within_the_limits() {
        let values = [LARGEST, -LARGEST, SMALLEST, -SMALLEST * 1.000_000_1, 0.0];
        let mut samples = Samples::default();
        values.iter().cycle().take(5000).for_each(|value| samples.keep(*value));
        samples.settle();
        assert!(samples.values().iter().all(|value| is_accepted(*value)), "{samples:?}");
        let around_zero = mean(&[(-SMALLEST * 1.000_000_1, 1), (SMALLEST, 1)]);
        assert_eq!(around_zero, (0.0, 2));
    }

    #[test]
    fn limits_are_powers_of_two() {
        assert_eq!((SMALLEST, LARGEST), (2_f64.powi(-360), 2_f64.powi(360)));
    }
}
