use std::time::{Duration, SystemTime};

use powertools_core::json::f64_text;

use super::{
    DimensionSet,
    metadata::Metadata,
    metric::{Metric, Name},
    samples::is_accepted,
    series::Series,
    slots::Slots,
    value::is_no_time,
};
use crate::MetricError;

/// What a busy time may leave of series, for the next.
const KEPT_SERIES: usize = 256;

/// How far from now CloudWatch takes timestamps.
const PAST: Duration = Duration::from_secs(14 * 24 * 60 * 60);
const AHEAD: Duration = Duration::from_secs(2 * 60 * 60);

/// What all dimensions together may have, which leaves room for metrics and metadata in 1 MiB.
const MOST_DIMENSION_BYTES: usize = 128 * 1024;

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
            return Err(if is_no_time(value) {
                MetricError::NoTime { name, unit: metric.unit }
            } else {
                MetricError::Value { name, value: f64_text(value) }
            });
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
        check_same(name.as_str(), value, self.more.iter())?;
        // Twice, because characters may need an escape.
        self.check_room(name.as_str(), 2 * (2 * name.as_str().len() + value.len()))?;
        self.dimensions.set(name, value)
    }

    /// Adds a further set of dimensions, `own` after those of `defaults` as they are now; all or none.
    pub(crate) fn dimension_set(
        &mut self,
        defaults: &DimensionSet,
        own: &DimensionSet,
    ) -> Result<(), MetricError> {
        let mut set = DimensionSet::default();
        for dimension in defaults.iter() {
            let now = self.dimensions.get(&dimension.name).unwrap_or(&dimension.value);
            set.set(Name::Borrowed(&dimension.name), now)?;
        }
        for dimension in own.iter() {
            self.check_free(&dimension.name, "dimension")?;
            set.set(Name::Borrowed(&dimension.name), &dimension.value)?;
        }
        for dimension in set.iter() {
            check_same(
                &dimension.name,
                &dimension.value,
                self.more.iter().chain([&self.dimensions]),
            )?;
        }
        let name = set.iter().last().map(|it| it.name.to_string()).unwrap_or_default();
        self.check_room(&name, set.size())?;
        if !self.more.iter().any(|other| other.has_names_of(&set)) {
            self.more.push(set);
        }
        Ok(())
    }

    /// Refuses what would make all dimensions together too large.
    fn check_room(&self, name: &str, size: usize) -> Result<(), MetricError> {
        let taken: usize = self.more.iter().chain([&self.dimensions]).map(DimensionSet::size).sum();
        if taken + size <= MOST_DIMENSION_BYTES {
            return Ok(());
        }
        let name = name.to_owned();
        Err(MetricError::TooLarge { what: "dimensions", name, limit: MOST_DIMENSION_BYTES })
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

    /// Forgets the metrics; dimensions, metadata and timestamp stay.
    pub(crate) fn clear_series(&mut self) {
        self.series.clear();
    }

    /// Forgets the metrics and the timestamp; dimensions and metadata stay.
    pub(crate) fn clear_metrics(&mut self) {
        self.clear_series();
        self.timestamp = None;
    }

    /// Gives back what one busy time took and most don't need.
    pub(crate) fn shrink(&mut self) {
        self.series.shrink(KEPT_SERIES, |series| series.samples.shrink());
        self.metadata.shrink();
    }

    /// Starts over with the given dimensions.
    pub(crate) fn reset(&mut self, dimensions: &DimensionSet) {
        self.clear_metrics();
        self.metadata.clear();
        self.reset_dimensions(dimensions);
    }

    /// Replaces all sets of dimensions by the given one.
    pub(crate) fn reset_dimensions(&mut self, dimensions: &DimensionSet) {
        self.more.clear();
        self.dimensions.copy_from(dimensions);
    }
}

/// A member has one value, so a dimension has the same in all sets.
fn check_same<'a>(
    name: &str,
    value: &str,
    mut sets: impl Iterator<Item = &'a DimensionSet>,
) -> Result<(), MetricError> {
    let other = sets.find_map(|set| set.get(name).filter(|other| *other != value));
    match other {
        Some(other) => Err(MetricError::ConflictingDimension {
            name: name.to_owned(),
            before: other.to_owned(),
            now: value.to_owned(),
        }),
        None => Ok(()),
    }
}
