use crate::engine::Datum;

/// The sum and count of the numeric values, with compensated summation (Neumaier).
#[derive(Clone, Debug, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
    count: u64,
}

/// The population variance of the numeric values, by Welford's method.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Sum {
    pub(super) fn add(&mut self, value: &Datum<'_>) {
        let Some(number) = value.as_number() else { return };
        let sum = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() {
            (self.sum - sum) + number
        } else {
            (number - sum) + self.sum
        };
        self.sum = sum;
        self.count += 1;
    }

    /// Returns the sum; absent if there were no numbers.
    pub(super) fn total(&self) -> Datum<'static> {
        if self.count == 0 { Datum::Absent } else { Datum::number(self.sum + self.lost) }
    }

    pub(super) fn mean(&self) -> Datum<'static> {
        Datum::number((self.sum + self.lost) / self.count as f64)
    }
}

impl Spread {
    pub(super) fn add(&mut self, value: &Datum<'_>) {
        let Some(number) = value.as_number() else { return };
        self.count += 1;
        let delta = number - self.mean;
        self.mean += delta / self.count as f64;
        self.squares += delta * (number - self.mean);
    }

    pub(super) fn deviation(&self) -> Datum<'static> {
        Datum::number((self.squares / self.count as f64).sqrt())
    }

    pub(super) fn variance(&self) -> Datum<'static> {
        Datum::number(self.squares / self.count as f64)
    }
}
