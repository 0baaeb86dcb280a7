//! Where an axis has its marks, and what stands there.

use jiff::Timestamp;

use super::Panel;

/// The range of a panel's values, from zero unless there are smaller ones, between two marks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
}

impl Scale {
    pub(super) fn of(panel: &Panel) -> Self {
        let values = panel.series.iter().flat_map(|series| series.values.iter().flatten());
        let range = values
            .fold((0.0_f64, 0.0_f64), |(low, high), &value| (low.min(value), high.max(value)));
        Self::around(range.0, range.1)
    }

    fn around(low: f64, high: f64) -> Self {
        let high = if high > low { high } else { low + 1.0 };
        // Halves, so that their difference is finite.
        let rough = (high / 4.0 - low / 4.0).max(f64::MIN_POSITIVE);
        let unit = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * unit);
        let step = steps.into_iter().find(|step| *step >= rough).unwrap_or(rough);
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// Returns the marks, from the lowest up.
    pub(super) fn marks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 10.0) as u32;
        (0..=count).map(|at| self.low + f64::from(at) * self.step).collect()
    }

    /// Returns where a value lies, from 0 at the low end to 1.
    pub(super) fn place(&self, value: f64) -> f64 {
        let place = (value - self.low) / (self.high - self.low);
        if place.is_finite() { place.clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// Returns where each time lies between the first and the last, from 0 to 1.
pub(super) fn places(times: &[i64]) -> Vec<f64> {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Vec::new() };
    let range = (*last as f64 - *first as f64).max(1.0);
    times.iter().map(|time| (*time as f64 - *first as f64) / range).collect()
}

/// Writes a time of an axis whose ends are this far apart, as short as it can be told.
pub(super) fn time(ms: i64, range: i64) -> String {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let format = match range {
        0..10_000 => "%H:%M:%S%.3f",
        10_000..600_000 => "%H:%M:%S",
        600_000..DAY => "%H:%M",
        _ => "%m-%d %H:%M",
    };
    let time = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    time.strftime(format).to_string()
}
