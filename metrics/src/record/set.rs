use std::time::{Duration, SystemTime};

use super::{DimensionSet, metadata::Metadata, series::Series, slots::Slots};
use crate::{Metric, MetricError, definition::Name};

/// What a busy time may leave of series, for the next.
const KEPT_SERIES: usize = 256;

/// How far from now CloudWatch takes timestamps.
const PAST: Duration = Duration::from_secs(14 * 24 * 60 * 60);
const AHEAD: Duration = Duration::from_secs(2 * 60 * 60);

/// The largest value of `PutMetricData`, 2 to the power of 360.
const LARGEST: f64 = 2.348_542_582_773_833_2e108;

/// What all dimensions together may have, which leaves room for metrics and metadata in 1 MiB.
const MOST_DIMENSION_BYTES: usize = 128 * 1024;

/// Tells whether CloudWatch takes a value.
pub(super) fn is_accepted(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// Names that a document has for itself.
const RESERVED: &str = "_aws";

/// Metrics, and the dimensions, metadata and timestamp that they will be flushed with.
#[derive(Debug, Default)]
pub(crate) struct MetricSet {
    pub(crate) series: Slots<Series>,
    /// The set that every metric has.
    pub(crate) dimensions: DimensionSet,
    /// Further sets, each one another way to break the same metrics down.
    pub(crate) more: Vec<DimensionSet>,
    pub(crate) metadata: Metadata,
    pub(crate) timestamp: Option<SystemTime>,
    /// Names that lines have under Lambda's JSON format, where that was asked for.
    pub(crate) has_lambda_members: bool,
}

impl MetricSet {
    /// Records a value; refused, it leaves no trace.
    pub(crate) fn record(&mut self, metric: &Metric<'_>, value: f64) -> Result<(), MetricError> {
        if !is_accepted(value) {
            let name = metric.name().to_owned();
            return Err(MetricError::Value { name, value: value.to_string() });
        }
        let name = metric.name();
        if let Some(known) = self.series.find_mut(|series| series.name == name) {
            return known.record(metric, value);
        }
        self.check_free(name, "metric")?;
        let new = self.series.next();
        new.begin(metric);
        new.record(metric, value)
    }

    pub(crate) fn dimension(&mut self, name: Name<'_>, value: &str) -> Result<(), MetricError> {
        self.check_free(name.as_str(), "dimension")?;
        if let Some(other) =
            self.more.iter().find_map(|set| set.get(name.as_str())).filter(|it| *it != value)
        {
            return Err(taken_by_value(name.as_str(), other));
        }
        self.dimensions.set(name, value)
    }

    /// Adds a further set of dimensions, all of them or none.
    pub(crate) fn dimension_set(&mut self, set: DimensionSet) -> Result<(), MetricError> {
        for dimension in set.iter() {
            self.check_free(&dimension.name, "dimension")?;
            let others = self.more.iter().chain([&self.dimensions]);
            let other =
                others.filter_map(|set| set.get(&dimension.name)).find(|it| *it != dimension.value);
            if let Some(other) = other {
                return Err(taken_by_value(&dimension.name, other));
            }
        }
        let size: usize =
            self.more.iter().chain([&self.dimensions, &set]).map(DimensionSet::size).sum();
        if size > MOST_DIMENSION_BYTES {
            let name = set.iter().next().map(|it| it.name.to_string()).unwrap_or_default();
            return Err(MetricError::TooLarge {
                what: "dimensions",
                name,
                limit: MOST_DIMENSION_BYTES,
            });
        }
        self.more.push(set);
        Ok(())
    }

    /// Returns a further set that begins with `names` as they are now.
    pub(crate) fn begin_set(&self, names: &DimensionSet) -> DimensionSet {
        let mut set = DimensionSet::default();
        set.copy_from(names);
        for dimension in names.iter() {
            let now = self.dimensions.get(&dimension.name).unwrap_or(&dimension.value);
            // It was checked when it came into the main set.
            let _ = set.set(Name::Borrowed(&dimension.name), now);
        }
        set
    }

    pub(crate) fn metadata(&mut self, key: &str, value: &[u8]) -> Result<(), MetricError> {
        self.check_free(key, "metadata")?;
        self.metadata.set(key, value)
    }

    pub(crate) fn timestamp(
        &mut self,
        time: SystemTime,
        now: SystemTime,
    ) -> Result<(), MetricError> {
        let distance =
            now.duration_since(time).or_else(|_| time.duration_since(now)).unwrap_or_default();
        let limit = if time <= now { PAST } else { AHEAD };
        if distance > limit {
            return Err(MetricError::Timestamp { distance: format!("{distance:?}") });
        }
        self.timestamp = Some(time);
        Ok(())
    }

    /// Refuses a name that something else has; what may take it again is for the caller to know.
    fn check_free(&self, name: &str, wanted: &'static str) -> Result<(), MetricError> {
        let is_dimension =
            || self.dimensions.holds(name) || self.more.iter().any(|set| set.holds(name));
        let taken = match wanted {
            _ if name == RESERVED => Some("member CloudWatch reads"),
            _ if self.has_lambda_members && matches!(name, "level" | "timestamp") => {
                Some("member Lambda reads")
            }
            "metric" | "metadata" if is_dimension() => Some("dimension"),
            "metric" | "dimension" if self.metadata.holds(name) => Some("metadata"),
            "dimension" | "metadata" if self.series.iter().any(|series| series.name == name) => {
                Some("metric")
            }
            _ => None,
        };
        match taken {
            Some(taken) => Err(MetricError::NameTaken { name: name.to_owned(), wanted, taken }),
            None => Ok(()),
        }
    }

    /// Forgets the metrics and the timestamp; dimensions and metadata stay.
    pub(crate) fn clear_metrics(&mut self) {
        self.series.clear();
        self.series.shrink(KEPT_SERIES);
        self.timestamp = None;
    }

    /// Starts over with the given dimensions.
    pub(crate) fn reset(&mut self, dimensions: &DimensionSet) {
        self.clear_metrics();
        self.more.clear();
        self.metadata.clear();
        self.dimensions.copy_from(dimensions);
    }
}

/// A member has one value, so a dimension has the same in all sets.
fn taken_by_value(name: &str, other: &str) -> MetricError {
    let name = format!("{name} (with the value {other:?})");
    MetricError::NameTaken {
        name,
        wanted: "dimension with another value",
        taken: "dimension of another set",
    }
}
