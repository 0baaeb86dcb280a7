use std::{fmt, sync::Arc};

use powertools_core::{BuilderDefaults, Invocation, Warning, warn_on_stderr};

#[cfg(feature = "lambda-runtime")]
use crate::config::Settings;
use crate::{MetricsBuilder, Recorder, pipeline::Pipeline};

/// Metrics of one namespace; a clone is cheap and shares the settings.
///
/// ```
/// use powertools_metrics::{Metric, Metrics, Namespace};
///
/// const SHOP: Namespace = Namespace::new("Shop");
/// const ORDERS: Metric = Metric::count("OrdersPlaced");
///
/// let metrics = Metrics::builder().namespace(SHOP).service("checkout").build();
/// metrics.recorder().try_record(&ORDERS, 1)?;
/// # Ok::<_, powertools_metrics::MetricError>(())
/// ```
#[derive(Clone)]
pub struct Metrics(Arc<Pipeline>);

impl Metrics {
    /// Starts to configure metrics; what code leaves open, the environment says.
    pub fn builder() -> MetricsBuilder {
        Self::builder_with(BuilderDefaults::default())
    }

    /// Starts to configure metrics with what they share with other utilities.
    pub fn builder_with(defaults: BuilderDefaults) -> MetricsBuilder {
        MetricsBuilder::new(defaults)
    }

    #[cfg(feature = "lambda-runtime")]
    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.0
    }

    /// Returns a recorder outside invocations, which flushes itself when its last clone is dropped.
    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.0.clone())
    }

    /// Opens metrics for an invocation: from here on [`current`](crate::current) finds its recorder.
    ///
    /// The cold-start metric, if asked for, is written at once, so that nothing that becomes of the
    /// invocation can lose it. The first `Metrics` that open an invocation are the ones it has; returns
    /// whether these are.
    pub fn open(&self, invocation: &Invocation) -> bool {
        let first = invocation.extension::<Recorder>().is_none();
        let recorder = invocation.extension_or_init(|| self.recorder());
        if first && self.0.settings.cold_start {
            recorder.count_cold_start(invocation);
        }
        first
    }

    /// Flushes what an invocation recorded, and forgets its dimensions and metadata.
    pub fn close(&self, invocation: &Invocation) {
        if let Some(recorder) = invocation.extension::<Recorder>() {
            recorder.end();
        }
    }
}

impl MetricsBuilder {
    /// Builds the metrics, and writes a line to stderr for each setting that can't be used.
    ///
    /// A missing namespace, and a log level at which Lambda drops metrics, are reported with the first metric
    /// that is written: a function that records none does not hear of them.
    pub fn build(self) -> Metrics {
        let (metrics, warnings) = self.build_with_warnings();
        warnings.iter().for_each(warn_on_stderr);
        metrics
    }

    /// Builds the metrics and returns the warnings instead of writing them, except for those that come with the
    /// first metric.
    pub fn build_with_warnings(self) -> (Metrics, Vec<Warning>) {
        let (settings, warnings) = self.resolve();
        (Metrics(Arc::new(Pipeline::new(settings))), warnings)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("namespace", &self.0.settings.namespace)
            .finish_non_exhaustive()
    }
}
