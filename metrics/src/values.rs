use crate::{MetricValue, Unit};

/// What a field of a [`MetricGroup`](trait@crate::MetricGroup) records: a value, none, or several.
///
/// It is there for everything that is a [`MetricValue`] and `Copy`, and for an `Option`, a `Vec`, an
/// array and a slice of such.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of a metric, and holds none",
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
