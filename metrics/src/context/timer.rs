use std::time::Instant;

use super::Recorder;
use crate::{MetricError, model::Metric, warning::warn_if_refused};

/// Records how long it lived when it is dropped; see [`Recorder::time`].
#[must_use = "it records when it is dropped"]
#[derive(Debug)]
pub struct Timer {
    recorder: Option<Recorder>,
    metric: Metric<'static>,
    start: Instant,
}

impl Timer {
    pub(crate) fn new(recorder: Recorder, metric: Metric<'static>) -> Self {
        Self { recorder: Some(recorder), metric, start: Instant::now() }
    }

    /// Records nothing after all.
    pub fn cancel(mut self) {
        self.recorder = None;
    }

    /// Records now, or returns why nothing was recorded.
    ///
    /// # Errors
    ///
    /// As [`Recorder::try_record`].
    pub fn stop(mut self) -> Result<(), MetricError> {
        self.record()
    }

    fn record(&mut self) -> Result<(), MetricError> {
        match self.recorder.take() {
            Some(recorder) => recorder.try_record(&self.metric, self.start.elapsed()),
            None => Ok(()),
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let result = self.record();
        warn_if_refused(&self.metric, result);
    }
}

impl Recorder {
    /// Starts a timer that records how long it lived.
    pub fn time(&self, metric: Metric<'static>) -> Timer {
        Timer::new(self.clone(), metric)
    }
}
