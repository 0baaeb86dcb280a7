use std::time::Instant;

use super::{Recorder, current};
use crate::model::{Metric, Unit};

/// The metrics of one kind of call: how long it takes, and whether it fails; what `#[metered]` expands to.
///
/// ```
/// use powertools_metrics::CallMetrics;
///
/// const PLACE_ORDER: CallMetrics = CallMetrics::new("PlaceOrderLatency", "PlaceOrderErrors");
///
/// # async fn place() -> Result<(), std::io::Error> { Ok(()) }
/// # async fn order() -> Result<(), std::io::Error> {
/// PLACE_ORDER.run(async || place().await).await
/// # }
/// ```
///
/// Each call gives one value of each: the latency in milliseconds, and as errors 0 or 1, so that their sum is how
/// many calls failed and their average the share. Values are recorded for the invocation that is current as the
/// call begins; outside of one nothing is. A call fails if it returns an `Err`, if it panics, and if its future is
/// dropped before it ended. Recording never changes what a call returns; what is refused gives a WARN event.
#[derive(Clone, Copy, Debug)]
pub struct CallMetrics {
    latency: Metric<'static>,
    errors: Metric<'static>,
}

impl CallMetrics {
    /// Defines the metrics by their names.
    ///
    /// # Panics
    ///
    /// As [`Metric::new`]: in a constant, a name that CloudWatch does not accept does not compile.
    pub const fn new(latency: &'static str, errors: &'static str) -> Self {
        Self {
            latency: Metric::new(latency, Unit::Milliseconds),
            errors: Metric::new(errors, Unit::Count),
        }
    }

    /// Awaits a call that may fail.
    ///
    /// # Errors
    ///
    /// Returns what the call returns.
    pub async fn run<T, E>(&self, call: impl AsyncFnOnce() -> Result<T, E>) -> Result<T, E> {
        let record = self.begin();
        let result = call().await;
        record.end(result.is_ok());
        result
    }

    /// Makes a call that may fail.
    ///
    /// # Errors
    ///
    /// Returns what the call returns.
    pub fn run_sync<T, E>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let record = self.begin();
        let result = call();
        record.end(result.is_ok());
        result
    }

    /// Awaits a call that fails only if it panics or is dropped before its end.
    pub async fn time<T>(&self, call: impl AsyncFnOnce() -> T) -> T {
        let record = self.begin();
        let value = call().await;
        record.end(true);
        value
    }

    /// Makes a call that only a panic makes fail.
    pub fn time_sync<T>(&self, call: impl FnOnce() -> T) -> T {
        let record = self.begin();
        let value = call();
        record.end(true);
        value
    }

    fn begin(&self) -> RecordCall<'_> {
        RecordCall { metrics: self, to: current().map(|to| (to, Instant::now())), failed: true }
    }
}

/// Records a call when it is dropped, also if a panic or a cancelled future drops it.
struct RecordCall<'a> {
    metrics: &'a CallMetrics,
    to: Option<(Recorder, Instant)>,
    failed: bool,
}

impl RecordCall<'_> {
    fn end(mut self, is_ok: bool) {
        self.failed = !is_ok;
    }
}

impl Drop for RecordCall<'_> {
    fn drop(&mut self) {
        let Some((to, start)) = self.to.take() else {
            return;
        };
        let CallMetrics { latency, errors } = self.metrics;
        to.record(latency, start.elapsed());
        to.record(errors, u8::from(self.failed));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Captured;

    const BREW: CallMetrics = CallMetrics::new("BrewLatency", "BrewErrors");

    #[tokio::test]
    async fn each_call_gives_a_latency_and_whether_it_failed() {
        let captured = Captured::new();
        captured
            .invoke(async {
                let _ = BREW.run(async || Ok::<_, ()>(1)).await;
                let _ = BREW.run(async || Err::<(), _>(1)).await;
                let _ = BREW.run_sync(|| Err::<(), _>(1));
                BREW.time(async || ()).await;
                BREW.time_sync(|| ());
            })
            .await;
        let document = captured.last();
        assert_eq!(document["BrewErrors"], json!([0.0, 1.0, 1.0, 0.0, 0.0]));
        assert_eq!(document["BrewLatency"].as_array().map(Vec::len), Some(5));
        let metrics = &document["_aws"]["CloudWatchMetrics"][0]["Metrics"];
        assert_eq!(metrics[0], json!({"Name": "BrewLatency", "Unit": "Milliseconds"}));
        assert_eq!(metrics[1], json!({"Name": "BrewErrors", "Unit": "Count"}));
    }

    #[tokio::test]
    async fn a_call_that_panics_or_is_given_up_has_failed() {
        let captured = Captured::new();
        captured
            .invoke(async {
                let boil = || BREW.time_sync(|| panic!("no water"));
                assert!(std::panic::catch_unwind(boil).is_err());
                let call = BREW.time(async || std::future::pending::<()>().await);
                tokio::select! { biased; () = call => {}, () = std::future::ready(()) => {} }
            })
            .await;
        assert_eq!(captured.last()["BrewErrors"], json!([1.0, 1.0]));
    }

    #[test]
    fn outside_an_invocation_nothing_is_recorded_and_nothing_warned_of() {
        assert_eq!(BREW.run_sync(|| Ok::<_, ()>(1)), Ok(1));
    }
}
