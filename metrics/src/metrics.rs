use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use powertools_core::{
    BuilderDefaults, Clock, FieldRules, Invocation, LineSink, Warning, warn_on_stderr, write_line,
};

use crate::{
    Metric, MetricsBuilder, Namespace, Recorder,
    metric::Name,
    record::{DimensionSet, Head, Lines},
    recorder::State,
};

const COLD_START: Metric<'static> = Metric::count("ColdStart");

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
pub struct Metrics(Arc<Settings>);

/// Warnings that wait for the first document, because they concern only functions that write metrics.
#[derive(Debug, Default)]
pub(crate) struct PendingWarnings {
    warnings: Vec<Warning>,
    is_reported: AtomicBool,
}

impl PendingWarnings {
    pub(crate) fn new(warnings: Vec<Warning>) -> Self {
        Self { warnings, is_reported: AtomicBool::new(false) }
    }

    /// Returns the warnings the first time, and none after that.
    pub(crate) fn take(&self) -> &[Warning] {
        if self.warnings.is_empty() || self.is_reported.swap(true, Ordering::Relaxed) {
            return &[];
        }
        &self.warnings
    }
}

/// What metrics were built with.
pub(crate) struct Settings {
    pub(crate) namespace: Namespace,
    /// What every metric has: the service and the default dimensions.
    pub(crate) dimensions: DimensionSet,
    /// Those without the service.
    pub(crate) default_dimensions: DimensionSet,
    pub(crate) service: String,
    pub(crate) function_name: Option<String>,
    pub(crate) cold_start: bool,
    pub(crate) raise_on_empty: bool,
    pub(crate) disabled: bool,
    /// The level for Lambda's own filter, where documents should pass it.
    pub(crate) lambda_level: Option<String>,
    pub(crate) fields: FieldRules,
    pub(crate) sink: Arc<dyn LineSink>,
    pub(crate) clock: Arc<dyn Clock>,
    /// What recorders that are gone have left to be used again; none of it is written again.
    pub(crate) spare: Mutex<Vec<State>>,
    pub(crate) pending: PendingWarnings,
    #[cfg(feature = "lambda-runtime")]
    pub(crate) cold_start_flag: powertools_core::ColdStart,
    /// Records the HTTP status of an invocation's response, if asked for; only builders that ask for it link it.
    #[cfg(feature = "lambda-runtime")]
    pub(crate) record_http_status: Option<fn(&Invocation, &Recorder)>,
}

impl Metrics {
    /// Starts to configure metrics; what code leaves open, the environment says.
    pub fn builder() -> MetricsBuilder {
        Self::builder_with(BuilderDefaults::default())
    }

    /// Starts to configure metrics with what they share with other utilities.
    pub fn builder_with(defaults: BuilderDefaults) -> MetricsBuilder {
        MetricsBuilder::new(defaults)
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.0
    }

    /// Returns a recorder of its own, which flushes itself when its last clone goes.
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
        if first && self.0.cold_start {
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

impl Settings {
    pub(crate) fn spare_states(&self) -> MutexGuard<'_, Vec<State>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            namespace: self.namespace.as_str(),
            now: self.clock.now(),
            lambda_level: self.lambda_level.as_deref(),
        }
    }

    /// Writes the cold-start metric, in a document of its own: its dimensions are its own.
    pub(crate) fn write_cold_start(&self, invocation: &Invocation) {
        let mut set = crate::record::MetricSet::default();
        let function = self.function_name.as_deref().unwrap_or(invocation.function_name());
        // What CloudWatch would not accept is left out; the metric itself is worth more.
        let _ = set.dimension(Name::Static("function_name"), function);
        let _ = set.dimension(Name::Static("service"), &self.service);
        if set.record(&COLD_START, 1.0).is_ok() {
            let mut lines = Lines::default();
            set.write_documents(&self.head(), &mut lines);
            self.write(&lines);
        }
    }

    /// Writes documents.
    pub(crate) fn write(&self, lines: &Lines) {
        if !self.disabled && !lines.is_empty() {
            self.pending.take().iter().for_each(warn_on_stderr);
            lines.iter().for_each(|line| write_line(&self.sink, line));
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("namespace", &self.0.namespace).finish_non_exhaustive()
    }
}
