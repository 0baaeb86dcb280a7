use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use powertools_core::{
    BuilderDefaults, Clock, ColdStart, Environment, ErrorTypes, InitializationType, LineSink,
    Redaction, Warning, warn_on_stderr,
};

use crate::{ErrorType, Powertools, powertools::Settings};

#[cfg(feature = "idempotency")]
use crate::idempotency::IdempotencyBuilder;
#[cfg(feature = "logger")]
use crate::logger::{Logger, LoggerBuilder};
#[cfg(feature = "metrics")]
use crate::metrics::{Metrics, MetricsBuilder};
#[cfg(feature = "tracer")]
use crate::tracer::{Tracer, TracerBuilder};

/// A function that changes the configuration of one utility.
type Configure<B> = Box<dyn FnOnce(B) -> B>;

/// A function that changes the configuration of each idempotent operation.
#[cfg(feature = "idempotency")]
pub(crate) type ConfigureOperation =
    Box<dyn Fn(IdempotencyBuilder<()>) -> IdempotencyBuilder<()> + Send + Sync>;

/// Configures [`Powertools`]; settings that are not made in code are read from the environment.
#[must_use]
pub struct PowertoolsBuilder {
    defaults: BuilderDefaults,
    deadline_margin: Option<Duration>,
    shows_events: bool,
    error_types: ErrorTypes,
    #[cfg(feature = "logger")]
    logger: Configure<LoggerBuilder>,
    #[cfg(feature = "metrics")]
    metrics: Configure<MetricsBuilder>,
    #[cfg(feature = "tracer")]
    tracer: Configure<TracerBuilder>,
    #[cfg(feature = "idempotency")]
    idempotency: ConfigureOperation,
}

impl PowertoolsBuilder {
    pub(crate) fn new() -> Self {
        Self {
            defaults: BuilderDefaults::default(),
            deadline_margin: None,
            shows_events: false,
            error_types: ErrorTypes::new(),
            #[cfg(feature = "logger")]
            logger: Box::new(|logger| logger),
            #[cfg(feature = "metrics")]
            metrics: Box::new(|metrics| metrics),
            #[cfg(feature = "tracer")]
            tracer: Box::new(|tracer| tracer),
            #[cfg(feature = "idempotency")]
            idempotency: Box::new(|operation| operation),
        }
    }

    /// Reads from `environment` instead of the environment of the process.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.defaults.environment = environment;
        self
    }

    /// Sets the service name for all utilities.
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.defaults.service = Some(name.into());
        self
    }

    /// Sets the clock of all utilities.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.defaults.clock = Arc::new(clock);
        self
    }

    /// Sets the sink for the logger's lines and the metric documents; stdout by default.
    pub fn sink(mut self, sink: impl LineSink) -> Self {
        self.defaults.sink = Arc::new(sink);
        self
    }

    /// Sets the cold-start flag; by default all utilities share the flag of the process.
    pub fn cold_start(mut self, flag: ColdStart) -> Self {
        self.defaults.cold_start = Some(flag);
        self
    }

    /// Sets what is redacted in logs, traces, metric metadata, and error messages. By default these are the values of
    /// names such as `password` and `authorization`, and the query of URLs; see [`Redaction`].
    ///
    /// ```
    /// use powertools::{Powertools, Redaction};
    ///
    /// let redaction = Redaction::default().with_names(["iban"]);
    /// let powertools = Powertools::builder().redaction(redaction).build();
    /// ```
    pub fn redaction(mut self, redaction: Redaction) -> Self {
        self.defaults.redaction = redaction;
        self
    }

    /// Replaces the values of fields, keys, annotations, and metadata with exactly these names by `[redacted]` in logs
    /// and traces; `-`, `_`, and case are ignored.
    ///
    /// Functions with `#[instrument]` record their arguments in every line and span. Prefer `skip_all` where you can
    /// write it, because then no secret has to be recognized.
    pub fn redact_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.redact(names);
        self
    }

    /// Leaves fields, keys, annotations, and metadata with exactly these names out of logs and traces; `-`, `_`, and
    /// case are ignored.
    ///
    /// ```
    /// # use powertools::Powertools;
    /// let powertools = Powertools::builder().without_fields(["event", "request"]).build();
    /// ```
    pub fn without_fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.defaults.fields.omit(names);
        self
    }

    /// Sets how long before the deadline all utilities are flushed; 100 ms by default.
    pub fn deadline_margin(mut self, margin: Duration) -> Self {
        self.deadline_margin = Some(margin);
        self
    }

    /// Sets whether the error about an event that can't be deserialized shows the offending value.
    ///
    /// By default the error says only which member is wrong and what was expected, because values may be secret. Values
    /// of a [`RawEvent`](crate::RawEvent), which the handler deserializes itself, are never shown; this includes events
    /// that borrow.
    pub fn include_event_in_errors(mut self, show: bool) -> Self {
        self.shows_events = show;
        self
    }

    /// Lets errors of type `E` choose their name: for Lambda, in log lines, and in traces, even if they are boxed or
    /// the source of another error.
    ///
    /// ```
    /// use powertools::{ErrorType, Powertools};
    ///
    /// #[derive(Debug, thiserror::Error)]
    /// enum OrderError {
    ///     #[error("{0} is out of stock")]
    ///     OutOfStock(String),
    /// }
    ///
    /// impl ErrorType for OrderError {
    ///     fn error_type(&self) -> &'static str {
    ///         match self {
    ///             Self::OutOfStock(_) => "OutOfStock",
    ///         }
    ///     }
    /// }
    ///
    /// let powertools = Powertools::builder().error_type::<OrderError>().build();
    /// ```
    pub fn error_type<E: ErrorType>(mut self) -> Self {
        self.error_types = self.error_types.with::<E>();
        self
    }

    /// Adds names for errors whose types can't implement [`ErrorType`], and for errors that have no other name.
    ///
    /// ```
    /// use powertools::{ErrorTypes, Powertools};
    ///
    /// let types = ErrorTypes::new()
    ///     .with_name::<std::num::ParseIntError>("InvalidNumber")
    ///     .fallback(|error| error.to_string().contains("timed out").then(|| "Timeout".to_owned()));
    /// let powertools = Powertools::builder().error_types(types).build();
    /// ```
    pub fn error_types(mut self, types: ErrorTypes) -> Self {
        self.error_types = self.error_types.and(&types);
        self
    }

    /// Configures the logger.
    #[cfg(feature = "logger")]
    pub fn logger(
        mut self,
        configure: impl FnOnce(LoggerBuilder) -> LoggerBuilder + 'static,
    ) -> Self {
        let before = self.logger;
        self.logger = Box::new(|logger| configure(before(logger)));
        self
    }

    /// Configures metrics.
    #[cfg(feature = "metrics")]
    pub fn metrics(
        mut self,
        configure: impl FnOnce(MetricsBuilder) -> MetricsBuilder + 'static,
    ) -> Self {
        let before = self.metrics;
        self.metrics = Box::new(|metrics| configure(before(metrics)));
        self
    }

    /// Configures the tracer.
    #[cfg(feature = "tracer")]
    pub fn tracer(
        mut self,
        configure: impl FnOnce(TracerBuilder) -> TracerBuilder + 'static,
    ) -> Self {
        let before = self.tracer;
        self.tracer = Box::new(|tracer| configure(before(tracer)));
        self
    }

    /// Configures every operation of [`Powertools::idempotency`].
    ///
    /// ```
    /// use powertools::{Powertools, idempotency::MemoryStore};
    ///
    /// let powertools = Powertools::builder().idempotency(|operation| operation.log_events(true)).build();
    /// let charge = powertools.idempotency("charge", MemoryStore::new()).build();
    /// ```
    #[cfg(feature = "idempotency")]
    pub fn idempotency(
        mut self,
        configure: impl Fn(IdempotencyBuilder<()>) -> IdempotencyBuilder<()> + Send + Sync + 'static,
    ) -> Self {
        let before = self.idempotency;
        self.idempotency = Box::new(move |operation| configure(before(operation)));
        self
    }

    /// Builds the utilities, and writes a line to stderr for each setting that is not valid.
    pub fn build(self) -> Powertools {
        let (powertools, warnings) = self.build_with_warnings();
        warnings.iter().for_each(warn_on_stderr);
        powertools
    }

    /// Builds the utilities, and returns the warnings instead of writing them.
    pub fn build_with_warnings(self) -> (Powertools, Vec<Warning>) {
        let defaults = self.defaults;
        let mut warnings = Vec::new();
        let settings = Settings {
            #[cfg(feature = "logger")]
            logger: keep(
                &mut warnings,
                (self.logger)(Logger::builder_with(defaults.clone())).build_with_warnings(),
            ),
            #[cfg(feature = "metrics")]
            metrics: keep(
                &mut warnings,
                (self.metrics)(Metrics::builder_with(defaults.clone())).build_with_warnings(),
            ),
            #[cfg(feature = "tracer")]
            tracer: keep(
                &mut warnings,
                (self.tracer)(Tracer::builder_with(defaults.clone())).build_with_warnings(),
            ),
            #[cfg(feature = "idempotency")]
            idempotency: (defaults.clone(), self.idempotency),
            cold_start: defaults.cold_start.unwrap_or_else(|| {
                ColdStart::process(InitializationType::from_environment(&defaults.environment))
            }),
            clock: defaults.clock,
            deadline_margin: self.deadline_margin,
            shows_events: self.shows_events,
            error_types: self.error_types,
            redaction: defaults.redaction,
            is_installed: AtomicBool::new(false),
        };
        (Powertools::new(settings), warnings)
    }
}

/// Returns the value, and keeps those of its warnings that no other utility has given.
fn keep<T>(warnings: &mut Vec<Warning>, (value, given): (T, Vec<Warning>)) -> T {
    for warning in given {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    value
}

impl fmt::Debug for PowertoolsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PowertoolsBuilder")
            .field("service", &self.defaults.service)
            .finish_non_exhaustive()
    }
}
