use std::time::Duration;

use super::Unit;

/// The value of a duration in a unit that does not measure time: a NaN with its own bits, so that the error can name
/// the cause. A `Result` here would be in the path of every value.
const NO_TIME: f64 = f64::from_bits(0x7ff8_0000_6475_7261);

/// Returns whether a value was a duration for a unit that does not measure time.
pub(crate) fn is_no_time(value: f64) -> bool {
    value.to_bits() == NO_TIME.to_bits()
}

/// A number, or a [`Duration`], that can be a metric's value.
///
/// Numbers become `f64`, which is what CloudWatch stores; integers above 2^53 are rounded.
/// A duration is converted to the metric's unit of time, without a unit it is in seconds; a metric in a
/// unit that is no time refuses it. [`Duration::as_millis`] and its like are numbers, which are taken as they
/// are: the metric's unit should be the same.
pub trait MetricValue: Copy {
    /// Returns the value in `unit`; NaN is refused.
    fn in_unit(self, unit: Unit) -> f64;
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl MetricValue for $number {
            fn in_unit(self, _: Unit) -> f64 {
                self as f64
            }
        })*
    };
}

numbers!(f64, f32, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl MetricValue for Duration {
    fn in_unit(self, unit: Unit) -> f64 {
        match unit {
            // Divided, not multiplied, which gives the nearest number: 9 µs are 0.009 ms.
            Unit::Microseconds => self.as_nanos() as f64 / 1e3,
            Unit::Milliseconds => self.as_nanos() as f64 / 1e6,
            Unit::Seconds | Unit::None => self.as_secs_f64(),
            _ => NO_TIME,
        }
    }
}

/// What a field of a [`MetricGroup`](trait@crate::MetricGroup) records: a value, none, or several.
///
/// It is there for everything that is a [`MetricValue`] and `Copy`, and for an `Option`, a `Vec`, an
/// array and a slice of such.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the value of a metric, and does not contain one",
    label = "neither a number nor a `Duration`, nor an `Option`, a `Vec`, an array or a slice of them",
    note = "implement `MetricValue` for a `Copy` type of your own"
)]
pub trait MetricValues {
    /// Returns the values in `unit`.
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64>;
}

impl<V: MetricValue + Copy> MetricValues for V {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        std::iter::once(MetricValue::in_unit(*self, unit))
    }
}

impl<V: MetricValues> MetricValues for Option<V> {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        self.iter().flat_map(move |values| values.values_in(unit))
    }
}

impl<V: MetricValues> MetricValues for [V] {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        self.iter().flat_map(move |values| values.values_in(unit))
    }
}

impl<V: MetricValues> MetricValues for &[V] {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        (**self).values_in(unit)
    }
}

impl<V: MetricValues, const N: usize> MetricValues for [V; N] {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        self.as_slice().values_in(unit)
    }
}

impl<V: MetricValues> MetricValues for Vec<V> {
    fn values_in(&self, unit: Unit) -> impl Iterator<Item = f64> {
        self.as_slice().values_in(unit)
    }
}
