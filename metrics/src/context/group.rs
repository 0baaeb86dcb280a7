use std::fmt::{Display, Write};

use serde::Serialize;

use super::{Recorder, current};
use crate::{
    MetricError,
    model::{Metric, MetricValues},
};

/// Metrics that are written together, with their own dimensions.
///
/// With the feature `macros` it can be derived. By hand it is a call a metric:
///
/// ```
/// use powertools_metrics::{GroupRecorder, Metric, MetricError, MetricGroup, testing::Captured};
///
/// struct Checkout {
///     payment: &'static str,
///     orders_placed: u32,
/// }
///
/// impl MetricGroup for Checkout {
///     fn record(&self, to: &mut GroupRecorder) -> Result<(), MetricError> {
///         const ORDERS_PLACED: Metric = Metric::count("OrdersPlaced");
///         to.dimension("payment", self.payment)?;
///         to.add(&ORDERS_PLACED, &self.orders_placed)
///     }
/// }
///
/// let captured = Captured::new();
/// captured.metrics().recorder().write(&Checkout { payment: "card", orders_placed: 2 })?;
/// assert_eq!(captured.last()["payment"], "card");
/// # Ok::<_, MetricError>(())
/// ```
pub trait MetricGroup {
    /// Records all of it.
    ///
    /// # Errors
    ///
    /// Whatever the recorder returns; nothing of the group is written then.
    fn record(&self, to: &mut GroupRecorder) -> Result<(), MetricError>;
}

impl<G: MetricGroup + ?Sized> MetricGroup for &G {
    fn record(&self, to: &mut GroupRecorder) -> Result<(), MetricError> {
        (**self).record(to)
    }
}

/// Takes what a [`MetricGroup`] records; all of it is written or nothing.
#[derive(Debug)]
pub struct GroupRecorder {
    own: Recorder,
    /// Where values of dimensions are made.
    text: String,
    is_complete: bool,
}

impl GroupRecorder {
    /// Records a value, or several.
    ///
    /// # Errors
    ///
    /// As [`Recorder::try_record`].
    pub fn add(
        &mut self,
        metric: &Metric<'_>,
        values: &(impl MetricValues + ?Sized),
    ) -> Result<(), MetricError> {
        values.values_in(metric.unit).try_for_each(|value| self.own.try_record(metric, value))
    }

    /// Adds a dimension to the metrics of the group.
    ///
    /// # Errors
    ///
    /// As [`Recorder::dimension`].
    pub fn dimension(
        &mut self,
        name: &'static str,
        value: &(impl Display + ?Sized),
    ) -> Result<(), MetricError> {
        self.text.clear();
        if write!(self.text, "{value}").is_err() {
            // What fails to show itself is no value, and neither is a part of it.
            self.text.clear();
        }
        self.own.static_dimension(name, &self.text)
    }

    /// Logs a value with the metrics of the group.
    ///
    /// # Errors
    ///
    /// As [`Recorder::metadata`].
    pub fn metadata(
        &mut self,
        key: &str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<(), MetricError> {
        self.own.metadata(key, value)
    }
}

impl Drop for GroupRecorder {
    /// Keeps an error or a panic from having what came before it written.
    fn drop(&mut self) {
        if !self.is_complete {
            self.own.clear_metrics();
        }
    }
}

impl Recorder {
    /// Writes a group of metrics, now, as a separate document.
    ///
    /// It has the dimensions of this recorder's settings and those of the group; what else this
    /// recorder recorded stays where it is.
    ///
    /// # Errors
    ///
    /// As the group's [`record`](MetricGroup::record). All of the group is written or nothing.
    pub fn write(&self, group: &(impl MetricGroup + ?Sized)) -> Result<(), MetricError> {
        let own = self.beside();
        let mut recorder = GroupRecorder { own, text: String::new(), is_complete: false };
        group.record(&mut recorder)?;
        recorder.is_complete = true;
        self.note_written();
        Ok(())
    }
}

/// Writes a group of metrics for the current invocation, as a separate document.
///
/// # Errors
///
/// As [`Recorder::write`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn write(group: &(impl MetricGroup + ?Sized)) -> Result<(), MetricError> {
    current().ok_or(MetricError::NoInvocation)?.write(group)
}
