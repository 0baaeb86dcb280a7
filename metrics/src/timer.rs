use std::{future::Future, time::Instant};

use crate::{Metric, MetricError, Recorder, Unit, current::warn_if_refused};

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

    /// Records now, and tells whether that worked.
    ///
    /// # Errors
    ///
    /// As [`Recorder::add`].
    pub fn stop(mut self) -> Result<(), MetricError> {
        self.record()
    }

    fn record(&mut self) -> Result<(), MetricError> {
        match self.recorder.take() {
            Some(recorder) => recorder.add(&self.metric, self.start.elapsed()),
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

const LATENCY: Metric<'static> = Metric::new("DependencyLatency", Unit::Milliseconds);
const CALLS: Metric<'static> = Metric::count("DependencyCalls");

impl Recorder {
    /// Awaits a call to something outside and records how long it took and how it ended.
    ///
    /// Writes a document of its own: `DependencyLatency` in milliseconds and `DependencyCalls`, with the
    /// dimensions of this recorder's settings, `dependency` and `outcome`: `success`, or what `kind_of`
    /// makes of the error. An error's kind is one of few words, not its message: each is a metric that is paid for.
    ///
    /// # Errors
    ///
    /// Returns what the call returns; recording never fails it.
    pub async fn dependency<T, E>(
        &self,
        name: &str,
        call: impl Future<Output = Result<T, E>>,
        kind_of: impl FnOnce(&E) -> &str,
    ) -> Result<T, E> {
        let start = Instant::now();
        let result = call.await;
        let outcome = match &result {
            Ok(_) => "success",
            Err(error) => kind_of(error),
        };
        if let Err(error) = self.record_call(name, outcome, start) {
            tracing::warn!(%error, dependency = name, "a call was not recorded");
        }
        result
    }

    fn record_call(&self, name: &str, outcome: &str, start: Instant) -> Result<(), MetricError> {
        let own = self.beside();
        own.static_dimension("dependency", name)?;
        own.static_dimension("outcome", outcome)?;
        own.add(&LATENCY, start.elapsed())?;
        own.add(&CALLS, 1)
    }
}
