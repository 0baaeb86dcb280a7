use super::sketch::Sketch;
use crate::engine::Datum;

/// The maximum count of numbers that are kept exactly.
const KEPT: usize = 10_000;

/// The value at a rank: the smallest number that at least this percentage of the numbers do not exceed.
///
/// The value is exact for a group of up to 10,000 numbers. Beyond that, a sketch bounds the memory, and its result is
/// within one percent of the exact value. The service approximates too, in an undocumented way.
#[derive(Clone, Debug)]
pub(crate) struct Percentile {
    percent: f64,
    kept: Vec<f64>,
    sketch: Option<Box<Sketch>>,
}

impl Percentile {
    pub(super) fn new(percent: f64) -> Self {
        Self { percent, kept: Vec::new(), sketch: None }
    }

    pub(super) fn add(&mut self, value: &Datum<'_>) {
        let Some(number) = value.as_number() else { return };
        if let Some(sketch) = &mut self.sketch {
            return sketch.add(number);
        }
        self.kept.push(number);
        if self.kept.len() > KEPT {
            let sketch = self.sketch.insert(Box::default());
            std::mem::take(&mut self.kept).into_iter().for_each(|number| sketch.add(number));
        }
    }

    pub(super) fn result(&self) -> Datum<'static> {
        if let Some(sketch) = &self.sketch {
            return Datum::number(sketch.at(rank(self.percent, sketch.count())));
        }
        if self.kept.is_empty() {
            return Datum::Absent;
        }
        let mut numbers = self.kept.clone();
        let at = rank(self.percent, numbers.len() as u64) as usize;
        Datum::number(*numbers.select_nth_unstable_by(at, f64::total_cmp).1)
    }
}

/// Returns which of `count` sorted numbers is meant, from 0.
fn rank(percent: f64, count: u64) -> u64 {
    // Slightly less, so that 70 percent of 10 is 7 and not 8.
    let above = (percent * count as f64 / 100.0 * (1.0 - 1e-12)).ceil() as u64;
    above.clamp(1, count.max(1)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percentile(percent: f64, numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
        let mut percentile = Percentile::new(percent);
        numbers.into_iter().for_each(|number| percentile.add(&Datum::Number(number)));
        percentile.result().as_number()
    }

    #[test]
    fn percentiles_of_few_numbers_are_exact() {
        let ten = || (1..=10).map(f64::from);
        for (percent, expected) in
            [(0.0, 1.0), (10.0, 1.0), (50.0, 5.0), (70.0, 7.0), (99.0, 10.0), (100.0, 10.0)]
        {
            assert_eq!(percentile(percent, ten()), Some(expected), "{percent}");
        }
        assert_eq!(percentile(50.0, []), None);
    }

    #[test]
    fn percentiles_of_many_numbers_are_within_one_per_cent() {
        for (percent, expected) in [(50.0, 50_000.0), (90.0, 90_000.0), (99.9, 99_900.0)] {
            let found = percentile(percent, (1..=100_000).rev().map(f64::from)).unwrap();
            assert!((found / expected - 1.0).abs() < 0.01, "{percent}: {found}");
        }
        let found = percentile(25.0, (-50_000..=50_000).map(f64::from)).unwrap();
        assert!((found / -25_000.0 - 1.0).abs() < 0.01, "{found}");
        assert_eq!(percentile(50.0, (-20_000..=20_000).map(f64::from)), Some(0.0));
    }

    #[test]
    fn numbers_of_any_size_have_a_bucket() {
        let sizes =
            (0..20_000).map(|at| if at % 2 == 0 { f64::MAX } else { -f64::MIN_POSITIVE / 8.0 });
        let largest = percentile(100.0, sizes).unwrap();
        assert!(largest > f64::MAX * 0.99);
    }
}
