use std::{borrow::Cow, future::Future, time::Instant};

use super::Recorder;
use crate::{
    MetricError,
    model::{Metric, Unit},
    warning::warn_if_refused,
};

const LATENCY: Metric<'static> = Metric::new("DependencyLatency", Unit::Milliseconds);
const CALLS: Metric<'static> = Metric::count("DependencyCalls");

impl Recorder {
    /// Awaits a call to something outside and records how long it took and how it ended.
    ///
    /// Writes a separate document: `DependencyLatency` in milliseconds and `DependencyCalls`, with the
    /// dimensions of this recorder's settings, `dependency` and `outcome`: `success`, `cancelled` if the future was dropped before
    /// its end, or what `kind_of` makes of the error. An error's kind is one of few words, not its message: each is a metric that is paid for.
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
        let mut record =
            RecordCall { to: self, name, outcome: "cancelled".into(), start: Instant::now() };
        let result = call.await;
        record.outcome = match &result {
            Ok(_) => "success".into(),
            Err(error) => kind_of(error).to_owned().into(),
        };
        result
    }
}

/// Records a call when it is dropped, also if its future is cancelled.
struct RecordCall<'a> {
    to: &'a Recorder,
    name: &'a str,
    outcome: Cow<'static, str>,
    start: Instant,
}

impl RecordCall<'_> {
    fn record(&self) -> Result<(), MetricError> {
        let own = self.to.beside();
        own.static_dimension("dependency", self.name)?;
        own.static_dimension("outcome", &self.outcome)?;
        own.try_record(&LATENCY, self.start.elapsed())?;
        own.try_record(&CALLS, 1)?;
        self.to.note_written();
        Ok(())
    }
}

impl Drop for RecordCall<'_> {
    fn drop(&mut self) {
        warn_if_refused(&CALLS, self.record());
    }
}
