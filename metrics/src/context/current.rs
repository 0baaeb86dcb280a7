//! Metrics of the current invocation, from wherever in it.

use powertools_core::Invocation;
use serde::Serialize;

use super::Recorder;
use crate::{
    MetricError,
    model::{Metric, MetricValue, Unit},
    warning::{warn_if_refused, warn_of},
};

/// Returns the recorder of the current invocation.
///
/// It is found from the handler and from what the handler calls; from tasks spawned with the current span
/// too where the process has a `tracing_subscriber` registry, as `powertools_logger::init` installs it.
/// `None` outside an invocation, or where no layer of [`Metrics`](crate::Metrics) has seen it.
/// Code that records thousands of values asks once.
pub fn current() -> Option<Recorder> {
    Invocation::current()?.extension::<Recorder>().cloned()
}

/// Records a value for the current invocation; what is refused gives a WARN event and nothing else.
///
/// ```
/// use powertools_metrics::{Metric, Unit, record};
///
/// const LATENCY: Metric = Metric::new("Latency", Unit::Milliseconds);
///
/// # fn work() {}
/// let start = std::time::Instant::now();
/// work();
/// record(&LATENCY, start.elapsed());
/// ```
pub fn record(metric: &Metric<'_>, value: impl MetricValue) {
    warn_if_refused(metric, try_record(metric, value));
}

/// Adds to a counter of the current invocation by its name; what is refused gives a WARN event and
/// nothing else.
///
/// If the name is known when compiling, prefer a constant, [`Metric::count`], which is checked when compiling.
pub fn increment(name: &str, by: impl MetricValue) {
    match Metric::dynamic(name, Unit::Count) {
        Ok(metric) => record(&metric.summed(), by),
        Err(error) => warn_of(name, &error),
    }
}

/// Records a value for the current invocation, or returns why it was not recorded.
///
/// # Errors
///
/// As [`Recorder::try_record`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn try_record(metric: &Metric<'_>, value: impl MetricValue) -> Result<(), MetricError> {
    recorder()?.try_record(metric, value)
}

/// Writes one value in a separate document, with dimensions that no other metric gets.
///
/// # Errors
///
/// As [`Recorder::single_metric`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn single_metric<'a>(
    metric: &Metric<'_>,
    value: impl MetricValue,
    dimensions: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), MetricError> {
    recorder()?.single_metric(metric, value, dimensions)
}

/// Adds a dimension to all metrics of the current invocation.
///
/// # Errors
///
/// As [`Recorder::dimension`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn dimension(name: &str, value: impl AsRef<str>) -> Result<(), MetricError> {
    recorder()?.dimension(name, value)
}

/// Adds a further set of dimensions to all metrics of the current invocation.
///
/// # Errors
///
/// As [`Recorder::dimension_set`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn dimension_set<'a>(
    dimensions: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), MetricError> {
    recorder()?.dimension_set(dimensions)
}

/// Logs a value with the metrics of the current invocation.
///
/// # Errors
///
/// As [`Recorder::metadata`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn metadata(key: &str, value: impl Serialize) -> Result<(), MetricError> {
    recorder()?.metadata(key, value)
}

/// Removes the metrics of the current invocation that have not been flushed; dimensions and metadata stay.
///
/// Nothing happens outside an invocation, as with [`clear_dimensions`] and [`clear_metadata`].
pub fn clear_metrics() {
    if let Some(recorder) = current() {
        recorder.clear_metrics();
    }
}

/// Removes the dimensions that were added in the current invocation; the default dimensions stay.
pub fn clear_dimensions() {
    if let Some(recorder) = current() {
        recorder.clear_dimensions();
    }
}

/// Removes the metadata of the current invocation.
pub fn clear_metadata() {
    if let Some(recorder) = current() {
        recorder.clear_metadata();
    }
}

/// Writes the metric of a cold start at once, if the current invocation is one; never twice for one invocation,
/// whatever [`MetricsBuilder::cold_start_metric`](crate::MetricsBuilder::cold_start_metric) says.
///
/// `ColdStart` has the dimensions `function_name` and `service`. Nothing happens outside an invocation, or where no
/// layer of [`Metrics`](crate::Metrics) has seen it.
pub fn count_cold_start() {
    if let Some(invocation) = Invocation::current()
        && let Some(recorder) = invocation.extension::<Recorder>()
    {
        recorder.count_cold_start(&invocation);
    }
}

/// Writes what the current invocation recorded so far.
///
/// # Errors
///
/// As [`Recorder::flush`], and [`MetricError::NoInvocation`] outside an invocation.
pub fn flush() -> Result<(), MetricError> {
    recorder()?.flush()
}

fn recorder() -> Result<Recorder, MetricError> {
    current().ok_or(MetricError::NoInvocation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Captured;

    #[test]
    fn cold_start_is_counted_once_if_settings_and_code_ask_for_it() {
        for by_settings in [false, true] {
            let captured = Captured::with(|metrics| metrics.cold_start_metric(by_settings));
            let invocation = Invocation::builder("a").function_name("f").cold_start(true).build();
            captured.metrics().open(&invocation);
            invocation.in_scope(count_cold_start);
            invocation.in_scope(count_cold_start);
            captured.metrics().close(&invocation);
            assert_eq!(captured.documents().len(), 1);
            assert_eq!(captured.last()["ColdStart"], serde_json::json!([1.0]));
            assert_eq!(captured.last()["function_name"], "f");
        }
    }

    #[test]
    fn warm_start_is_not_counted() {
        let captured = Captured::new();
        let invocation = Invocation::builder("a").build();
        captured.metrics().open(&invocation);
        invocation.in_scope(count_cold_start);
        count_cold_start();
        captured.metrics().close(&invocation);
        assert_eq!(captured.documents().len(), 0);
    }
}
