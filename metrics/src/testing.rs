//! Reading back what a test recorded.

use std::future::Future;

use powertools_core::{Environment, Invocation, MemorySink};
use serde_json::Value;

use crate::{Metrics, MetricsBuilder, Namespace};

/// Captures metrics with the namespace `Test` and nothing else set.
pub fn capture() -> Captured {
    Captured::new()
}

/// Metrics whose documents are kept instead of written.
///
/// ```
/// use powertools_metrics::{Metric, testing::Captured};
///
/// const ORDERS: Metric = Metric::count("OrdersPlaced");
///
/// let captured = Captured::new();
/// captured.metrics().recorder().try_record(&ORDERS, 2)?;
/// assert_eq!(captured.last()["OrdersPlaced"], serde_json::json!([2.0]));
/// # Ok::<_, powertools_metrics::MetricError>(())
/// ```
#[derive(Debug)]
pub struct Captured {
    lines: MemorySink,
    metrics: Metrics,
}

impl Captured {
    /// Captures with the namespace `Test` and nothing else set.
    pub fn new() -> Self {
        Self::with(|metrics| metrics.namespace(const { Namespace::new("Test") }))
    }

    /// Captures with metrics as `configure` makes them; the process's environment is not read, and
    /// warnings about settings are dropped.
    pub fn with(configure: impl FnOnce(MetricsBuilder) -> MetricsBuilder) -> Self {
        let lines = MemorySink::new();
        let nothing = Environment::empty();
        let builder = Metrics::builder().environment(nothing).sink(lines.clone());
        let metrics = configure(builder).build_with_warnings().0;
        metrics.pipeline().pending.take();
        Self { metrics, lines }
    }

    /// Returns the metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Runs `future` as a new invocation, and flushes what it recorded.
    pub async fn invoke<F: Future>(&self, future: F) -> F::Output {
        let invocation = Invocation::builder("test").build();
        self.metrics.open(&invocation);
        let output = invocation.scope(future).await;
        self.metrics.close(&invocation);
        output
    }

    /// Returns the documents as they were written.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lines()
    }

    /// Returns the documents that were written, as values.
    ///
    /// # Panics
    ///
    /// Panics if one is not JSON, which would be a defect of this crate.
    pub fn documents(&self) -> Vec<Value> {
        let parse = |line: &String| serde_json::from_str(line).expect("every document is JSON");
        self.lines().iter().map(parse).collect()
    }

    /// Returns the last document, or `null` if there is none.
    pub fn last(&self) -> Value {
        self.documents().pop().unwrap_or_default()
    }

    /// Forgets the captured documents.
    pub fn clear(&self) {
        self.lines.clear();
    }
}

impl Default for Captured {
    fn default() -> Self {
        Self::new()
    }
}
