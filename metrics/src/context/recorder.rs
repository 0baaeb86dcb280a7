use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use powertools_core::Invocation;
use serde::Serialize;

use crate::{
    MetricError,
    model::{DimensionSet, Metric, MetricSet, MetricValue, Name, render},
    pipeline::{Buffers, Pipeline},
    warning::{warn_if_refused, warn_once_at_a_time},
};

/// Records metrics until they are flushed; a clone records for the same flush.
///
/// An invocation has one, which [`current`](crate::current) returns; [`Metrics::recorder`] makes others.
/// The last clone to go flushes what is left.
///
/// [`Metrics::recorder`]: crate::Metrics::recorder
#[derive(Clone)]
pub struct Recorder(Arc<Shared>);

struct Shared {
    pipeline: Arc<Pipeline>,
    buffers: Mutex<Buffers>,
    /// Whether anything was written so far.
    wrote: AtomicBool,
    /// Whether the cold start was counted.
    cold_start: AtomicBool,
}

impl Recorder {
    pub(crate) fn new(pipeline: Arc<Pipeline>) -> Self {
        let buffers = Mutex::new(pipeline.buffers());
        Self(Arc::new(Shared {
            pipeline,
            buffers,
            wrote: AtomicBool::new(false),
            cold_start: AtomicBool::new(false),
        }))
    }

    /// Records a value; what is refused gives a WARN event and nothing else.
    pub fn record(&self, metric: &Metric<'_>, value: impl MetricValue) {
        warn_if_refused(metric, self.try_record(metric, value));
    }

    /// Records a value, or returns why it was not recorded.
    ///
    /// # Errors
    ///
    /// [`MetricError::Value`] if it is not finite, or its magnitude is above 2^360, or below 2^-360 and not
    /// zero, or a counter's sum would be so;
    /// [`MetricError::NoTime`] if it is a duration and the metric's unit no time;
    /// [`MetricError::Redefined`] if the name was recorded with another unit, resolution or kind;
    /// [`MetricError::NameTaken`] if it is a dimension or metadata. Nothing is recorded then.
    #[inline]
    pub fn try_record(
        &self,
        metric: &Metric<'_>,
        value: impl MetricValue,
    ) -> Result<(), MetricError> {
        let value = value.in_unit(metric.unit);
        self.change(|set| set.record(metric, value))
    }

    /// Adds a dimension to every metric of the flush, those recorded before included.
    ///
    /// # Errors
    ///
    /// [`MetricError::Name`] and [`MetricError::DimensionValue`] if CloudWatch does not accept the name or
    /// the value, [`MetricError::TooManyDimensions`] beyond 30, [`MetricError::NameTaken`] if the name is a
    /// metric or metadata, [`MetricError::ConflictingDimension`] if another set has it with another value,
    /// [`MetricError::TooLarge`] if all dimensions together would be.
    pub fn dimension(&self, name: &str, value: impl AsRef<str>) -> Result<(), MetricError> {
        let value = value.as_ref();
        self.change(|set| set.dimension(Name::Borrowed(name), value))
    }

    /// As [`dimension`](Self::dimension) for a name in the code, of which no copy is made.
    ///
    /// # Errors
    ///
    /// As [`dimension`](Self::dimension).
    pub fn static_dimension(
        &self,
        name: &'static str,
        value: impl AsRef<str>,
    ) -> Result<(), MetricError> {
        let value = value.as_ref();
        self.change(|set| set.dimension(Name::Static(name), value))
    }

    /// Adds a further set of dimensions: CloudWatch keeps the same metrics broken down by it as well.
    ///
    /// Default dimensions are part of it, `service` is not, as in Powertools for Python.
    ///
    /// # Errors
    ///
    /// As [`dimension`](Self::dimension); a dimension has the same value in all sets of a document, and all
    /// sets together have at most 128 KiB of JSON ([`MetricError::TooLarge`]).
    pub fn dimension_set<'a>(
        &self,
        dimensions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), MetricError> {
        let mut own = DimensionSet::default();
        for (name, value) in dimensions {
            own.set(Name::Borrowed(name), value)?;
        }
        self.change(|set| set.dimension_set(&self.0.pipeline.settings.default_dimensions, &own))
    }

    /// Logs a value of any cardinality with the metrics, which is not a metric. A value without a JSON form becomes a
    /// string that says why. Secrets in it are [redacted](crate::MetricsBuilder::redaction).
    ///
    /// # Errors
    ///
    /// [`MetricError::Name`] if the key is not a name that CloudWatch accepts, [`MetricError::NameTaken`] if it is a metric or a
    /// dimension, [`MetricError::TooLarge`] beyond 512 KiB of JSON in all.
    pub fn metadata(&self, key: &str, value: impl Serialize) -> Result<(), MetricError> {
        if self.0.pipeline.settings.disabled {
            return Ok(());
        }
        match render(key, &value, &self.0.pipeline.settings.fields) {
            Some(value) => self.change(|set| set.metadata(key, &value)),
            None => Ok(()),
        }
    }

    /// Sets the time of the metrics of this flush; the time of the flush by default.
    ///
    /// # Errors
    ///
    /// [`MetricError::Timestamp`] beyond two weeks in the past or two hours ahead.
    pub fn timestamp(&self, time: SystemTime) -> Result<(), MetricError> {
        let now = self.0.pipeline.settings.clock.now();
        self.change(|set| set.timestamp(time, now))
    }

    /// Writes one value in a separate document, at once, with dimensions that no other metric gets.
    ///
    /// The service and the default dimensions are part of it.
    ///
    /// # Errors
    ///
    /// As [`try_record`](Self::try_record) and [`dimension`](Self::dimension).
    pub fn single_metric<'a>(
        &self,
        metric: &Metric<'_>,
        value: impl MetricValue,
        dimensions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), MetricError> {
        let own = self.beside();
        for (name, value) in dimensions {
            own.dimension(name, value)?;
        }
        own.try_record(metric, value)?;
        self.note_written();
        Ok(())
    }

    /// Changes what will be flushed; nothing where metrics are disabled.
    ///
    /// `change` runs under the recorder's lock, so it holds no code of others.
    #[inline]
    fn change(
        &self,
        change: impl FnOnce(&mut MetricSet) -> Result<(), MetricError>,
    ) -> Result<(), MetricError> {
        if self.0.pipeline.settings.disabled { Ok(()) } else { change(&mut self.0.lock().set) }
    }

    /// Writes what was recorded, now; dimensions and metadata stay for the next flush.
    ///
    /// # Errors
    ///
    /// [`MetricError::Empty`] if nothing was recorded and that was asked to be an error.
    pub fn flush(&self) -> Result<(), MetricError> {
        let written = self.0.flush(MetricSet::clear_metrics);
        if !written && self.0.pipeline.settings.raise_on_empty && !self.0.pipeline.settings.disabled
        {
            return Err(MetricError::Empty);
        }
        Ok(())
    }

    /// Returns whether no metric has been recorded since the last flush.
    pub fn is_empty(&self) -> bool {
        self.0.lock().set.series.is_empty()
    }

    /// Removes the metrics that have not been flushed, and their timestamp; dimensions and metadata stay.
    pub fn clear_metrics(&self) {
        self.0.lock().set.clear_metrics();
    }

    /// Removes the dimensions and the further sets that were added; the default dimensions stay.
    pub fn clear_dimensions(&self) {
        self.0.lock().set.reset_dimensions(&self.0.pipeline.settings.dimensions);
    }

    /// Removes the metadata.
    pub fn clear_metadata(&self) {
        self.0.lock().set.metadata.clear();
    }

    /// Writes what was recorded before the end; a timestamp stays for the flush it was set for.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn flush_early(&self) {
        self.0.flush(MetricSet::clear_series);
    }

    /// Writes the metric of a cold start, if the invocation is one, the first time.
    pub(crate) fn count_cold_start(&self, invocation: &Invocation) {
        if invocation.is_cold_start() && !self.0.cold_start.swap(true, Ordering::Relaxed) {
            self.0.pipeline.write_cold_start(invocation);
        }
    }

    /// Notes that something was written on behalf of this recorder.
    pub(crate) fn note_written(&self) {
        self.0.wrote.store(true, Ordering::Relaxed);
    }

    /// Returns a recorder with the same settings, for a separate document.
    pub(crate) fn beside(&self) -> Self {
        Self::new(self.0.pipeline.clone())
    }

    /// Writes what was recorded and starts over, with a warning where something should have been.
    pub(crate) fn end(&self) {
        let settings = &self.0.pipeline.settings;
        self.0.flush(|set| set.reset(&settings.dimensions));
        let wrote = self.0.wrote.load(Ordering::Relaxed);
        if !wrote && settings.raise_on_empty && !settings.disabled {
            warn_once_at_a_time(|| tracing::warn!("no metric was recorded"));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the documents, if there is anything to write; `after` cleans up what was written.
    fn flush(&self, after: impl FnOnce(&mut MetricSet)) -> bool {
        let head = self.pipeline.head();
        let mut buffers = self.lock();
        let lines = buffers.take_documents(&head);
        after(&mut buffers.set);
        // The sink may be a user's code, and record in turn.
        drop(buffers);
        let written = !lines.is_empty();
        self.wrote.fetch_or(written, Ordering::Relaxed);
        self.pipeline.write(&lines);
        self.lock().give_back(lines);
        written
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.flush(MetricSet::clear_metrics);
        let buffers = self.buffers.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.pipeline.keep(std::mem::take(buffers));
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}
