use powertools_core::{
    Invocation,
    lambda::{End, InvocationLayer, Observer},
};

use crate::{Metrics, Recorder};

impl Metrics {
    /// Returns the tower layer for `lambda_runtime::Runtime::layer`.
    ///
    /// It opens the invocation and its metrics, and flushes them after the answer was posted: the
    /// caller does not wait for it. They are flushed as well when the handler fails or panics, when the
    /// invocation is abandoned, and shortly before the deadline.
    ///
    /// ```no_run
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    /// use powertools_metrics::{Metric, Metrics};
    ///
    /// const ORDERS: Metric = Metric::count("OrdersPlaced");
    ///
    /// async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
    ///     powertools_metrics::record(&ORDERS, 1);
    ///     Ok(())
    /// }
    ///
    /// # async fn run() -> Result<(), Error> {
    /// let metrics = Metrics::builder().build();
    /// Runtime::new(service_fn(handler)).layer(metrics.runtime_layer()).run().await
    /// # }
    /// ```
    pub fn runtime_layer(&self) -> InvocationLayer {
        let settings = self.settings();
        InvocationLayer::new()
            .clock(settings.clock.clone())
            .cold_start(settings.cold_start_flag.clone())
            .keep_event(true)
            .observer(self.observer())
    }

    /// Returns the observer that [`runtime_layer`](Self::runtime_layer) has, for a layer with several observers.
    pub fn observer(&self) -> impl Observer {
        MetricsObserver(self.clone())
    }
}

struct MetricsObserver(Metrics);

impl Observer for MetricsObserver {
    fn on_start(&self, invocation: &Invocation, _: &[u8]) {
        self.0.open(invocation);
        if self.0.settings().record_http_status.is_some() {
            invocation.watch_http_status();
        }
    }

    fn deadline_near(&self, invocation: &Invocation) {
        if let Some(recorder) = invocation.extension::<Recorder>() {
            recorder.flush_early();
        }
    }

    fn on_end(&self, invocation: &Invocation, _: End) {
        if let Some(record) = self.0.settings().record_http_status {
            record(invocation);
        }
        self.0.close(invocation);
    }
}
