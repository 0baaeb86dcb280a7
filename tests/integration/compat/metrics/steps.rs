//! What the handler of a scenario does with our metrics.

use std::time::{Duration, SystemTime};

use powertools_metrics::{
    Metric, MetricError, current, dimension, dimension_set, flush, metadata, try_record,
};

use super::player::Process;
use super::scenario::{Resolution, Single, Step, Texts, Values};

/// Does one thing after the other, until the handler fails; what is refused does not fail it.
pub(super) fn take(steps: &[Step], process: &Process) {
    for step in steps.iter().take_while(|step| !matches!(step, Step::Fail { .. })) {
        let _ = take_one(step, process);
    }
}

fn take_one(step: &Step, process: &Process) -> Result<(), MetricError> {
    match step {
        Step::Add(values) => add_values(values),
        Step::AddValues { name, unit, count } => {
            let metric = metric(name, unit, Resolution::default())?;
            (0..*count).try_for_each(|number| try_record(&metric, number))
        }
        Step::AddMetrics { prefix, count } => (0..*count).try_for_each(|number| {
            try_record(
                &metric(&format!("{prefix}{number}"), "Count", Resolution::default())?,
                number,
            )
        }),
        Step::AddDimensions { prefix, count } => {
            (0..*count).try_for_each(|number| dimension(&format!("{prefix}{number}"), "x"))
        }
        Step::Dimensions { members } => {
            members.iter().try_for_each(|(name, value)| dimension(name, value))
        }
        Step::DimensionSet { members } => dimension_set(pairs(members)),
        Step::Metadata { key, value } => metadata(key, value),
        Step::Timestamp { hours_ago } => timestamp(*hours_ago),
        Step::Single(single) => add_alone(single, process),
        Step::Flush => flush(),
        Step::Fail { .. } => Ok(()),
    }
}

fn add_values(of: &Values) -> Result<(), MetricError> {
    let metric = metric(&of.name, &of.unit, of.resolution)?;
    let metric = if of.summed { metric.summed() } else { metric };
    of.values.iter().try_for_each(|value| try_record(&metric, *value))
}

fn metric<'a>(
    name: &'a str,
    unit: &str,
    resolution: Resolution,
) -> Result<Metric<'a>, MetricError> {
    let metric = Metric::dynamic(name, unit.parse()?)?;
    Ok(if resolution.0 == 1 { metric.high_resolution() } else { metric })
}

fn timestamp(hours_ago: u64) -> Result<(), MetricError> {
    let time = SystemTime::now() - Duration::from_secs(hours_ago * 60 * 60);
    current().ok_or(MetricError::NoInvocation)?.timestamp(time)
}

/// A document of its own has metrics of its own.
fn add_alone(single: &Single, process: &Process) -> Result<(), MetricError> {
    let metrics = process.metrics(single.namespace.as_deref(), &single.default_dimensions);
    let metric = metric(&single.name, &single.unit, single.resolution)?;
    let recorder = metrics.build_with_warnings().0.recorder();
    recorder.single_metric(&metric, single.value, pairs(&single.dimensions))
}

fn pairs(texts: &Texts) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}
