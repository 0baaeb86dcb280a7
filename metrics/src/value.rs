use std::time::Duration;

use crate::Unit;

/// What a duration is in a unit that is no time: a NaN of its own, so that the refusal can tell it from others.
const NO_TIME: f64 = f64::from_bits(0x7ff8_0000_6475_7261);

/// Tells whether a value was a duration for a unit that is no time.
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
