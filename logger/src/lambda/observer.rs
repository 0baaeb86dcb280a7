use powertools_core::{
    Invocation,
    lambda::{End, InvocationLayer, Observer},
};

use crate::{
    Logger,
    context::{close_buffers, flush, flush_for_good},
};

impl Logger {
    /// Returns the tower layer for `lambda_runtime::Runtime::layer`.
    ///
    /// It opens the invocation, so that all lines carry its keys, takes the correlation id from the
    /// event's bytes, logs the event if asked, and drops buffered lines after the answer was posted.
    /// Shortly before the deadline it writes them, and one ERROR line with the time since the beginning
    /// (`invocation_elapsed_ms`), the time left (`invocation_remaining_ms`) and the names of the spans that are open (`open_spans`;
    /// those that the log's levels leave out are missing, and some where there are hundreds in the process).
    ///
    /// ```no_run
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    ///
    /// async fn handler(event: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
    ///     tracing::info!("received");
    ///     Ok(())
    /// }
    ///
    /// # async fn run() -> Result<(), Error> {
    /// let logger = powertools_logger::init();
    /// Runtime::new(service_fn(handler)).layer(logger.runtime_layer()).run().await
    /// # }
    /// ```
    pub fn runtime_layer(&self) -> InvocationLayer {
        let settings = self.settings();
        InvocationLayer::new()
            .clock(settings.clock.clone())
            .cold_start(settings.cold_start.clone())
            .keep_event(true)
            .observer(self.observer())
    }

    /// Returns the observer that [`runtime_layer`](Self::runtime_layer) has, for a layer with several observers.
    pub fn observer(&self) -> impl Observer {
        LogObserver(self.clone())
    }
}

/// What the logger does as invocations come and go.
struct LogObserver(Logger);

impl Observer for LogObserver {
    fn on_start(&self, invocation: &Invocation, event: &[u8]) {
        if self.0.settings().log_http_status.is_some() {
            invocation.watch_http_status();
        }
        self.0.receive(invocation, event);
    }

    fn deadline_near(&self, invocation: &Invocation) {
        self.0.log_deadline(invocation);
        flush_for_good(invocation);
    }

    fn on_end(&self, invocation: &Invocation, end: End) {
        if let Some(log_status) = self.0.settings().log_http_status {
            log_status(invocation);
        }
        if end != End::Completed {
            flush(invocation);
        }
        close_buffers(invocation);
    }
}
