use powertools_core::{
    Invocation,
    lambda::{End, InvocationLayer, Observer},
};

use super::{identity, trigger};
use crate::{Tracer, context::trace_of};

impl Tracer {
    /// Returns the tower layer for `lambda_runtime::Runtime::layer`.
    ///
    /// It opens the invocation and begins its trace, reads from the event's bytes what triggered it (with the
    /// feature `triggers`), and exports spans after the answer was posted: the caller does not wait for it.
    /// Shortly before the deadline all spans are exported, those that are not over marked as such.
    ///
    /// ```no_run
    /// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
    /// use powertools_tracer::Tracer;
    ///
    /// async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
    ///     tracing::info_span!("look up").in_scope(|| ());
    ///     Ok(())
    /// }
    ///
    /// # async fn run() -> Result<(), Error> {
    /// let tracer = Tracer::builder().build();
    /// Runtime::new(service_fn(handler)).layer(tracer.runtime_layer()).run().await
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
        TraceObserver(self.clone())
    }
}

struct TraceObserver(Tracer);

impl Observer for TraceObserver {
    fn on_start(&self, invocation: &Invocation, event: &[u8]) {
        self.0.open(invocation);
        let trace = trace_of(invocation).filter(|trace| trace.default_capture().response);
        if let Some(trace) = trace.filter(|_| identity::is_identity(event)) {
            trace.set_about_identity();
        }
        trigger::recognise(invocation, event);
    }

    fn deadline_near(&self, invocation: &Invocation) {
        self.0.flush_all(invocation);
    }

    fn on_end(&self, invocation: &Invocation, _: End) {
        self.0.close(invocation);
    }
}
