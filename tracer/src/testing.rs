//! Reading back what a test traced.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use powertools_core::{Environment, Invocation, testing::enable_all_callsites};
use serde_json::Value;
use tracing::{Dispatch, dispatcher::DefaultGuard};
use tracing_subscriber::layer::SubscriberExt;

use crate::{
    Batch, ExportError, Exporter, Tracer, TracerBuilder,
    output::document::{Trim, write_own},
};

/// The trace header of the invocations that [`Captured::invoke`] makes.
pub const TRACE_HEADER: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Captures the spans of this thread until the returned value is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// #[tracing::instrument(fields(order_id = 17))]
/// async fn place_order() {
///     powertools_tracer::annotation("Express", true);
/// }
///
/// let captured = powertools_tracer::testing::capture();
/// captured.invoke(place_order()).await;
/// let span = captured.last();
/// assert_eq!(span["annotations"]["Express"], true);
/// assert_eq!(span["metadata"]["service_undefined"]["order_id"], 17);
/// # }
/// ```
pub fn capture() -> Captured {
    Captured::with(|tracer| tracer)
}

/// Spans that were captured, each as a separate X-Ray subsegment.
#[must_use = "capturing ends when this is dropped"]
#[derive(Debug)]
pub struct Captured {
    memory: MemoryExporter,
    tracer: Tracer,
    dispatch: Dispatch,
    _default: DefaultGuard,
}

impl Captured {
    /// Captures with a tracer as `configure` makes it; the process's environment is not read, and
    /// warnings about settings are dropped.
    pub fn with(configure: impl FnOnce(TracerBuilder) -> TracerBuilder) -> Self {
        let memory = MemoryExporter::default();
        let nothing = Environment::empty();
        enable_all_callsites();
        let builder = configure(Tracer::builder().environment(nothing)).exporter(memory.clone());
        let tracer = builder.build_with_warnings().0;
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(tracer.layer()));
        let default = tracing::dispatcher::set_default(&dispatch);
        Self { memory, tracer, dispatch, _default: default }
    }

    /// Returns the tracer, for its tower layers.
    pub fn tracer(&self) -> &Tracer {
        &self.tracer
    }

    /// Returns the subscriber, for `tracing::dispatcher::with_default` on another thread.
    pub fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }

    /// Runs `future` as a new sampled invocation, with [`TRACE_HEADER`].
    pub async fn invoke<F: Future>(&self, future: F) -> F::Output {
        let invocation = Invocation::builder("test").trace_header(TRACE_HEADER).build();
        self.tracer.open(&invocation);
        let output = invocation.scope(future).await;
        self.tracer.close(&invocation);
        output
    }

    /// Returns the spans in the order they were exported: those of a batch in the order they began.
    pub fn spans(&self) -> Vec<Value> {
        self.memory.spans()
    }

    /// Returns the last span, or `null` if there is none.
    pub fn last(&self) -> Value {
        self.spans().pop().unwrap_or_default()
    }

    /// Forgets the captured spans.
    pub fn clear(&self) {
        self.memory.clear();
    }
}

/// Keeps spans in memory, each as a separate X-Ray subsegment; clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryExporter(Arc<Mutex<Vec<Value>>>);

impl MemoryExporter {
    /// Returns the spans in the order they were exported: those of a batch in the order they began.
    pub fn spans(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the spans.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Exporter for MemoryExporter {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        let mut spans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for span in batch.spans() {
            let mut document = vec![b'{'];
            write_own(&mut document, batch, &span, Trim::Nothing);
            document.push(b'}');
            spans.push(serde_json::from_slice(&document)?);
        }
        Ok(())
    }

    fn wants_faas_attributes(&self) -> bool {
        false
    }
}
