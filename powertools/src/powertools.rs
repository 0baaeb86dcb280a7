use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use powertools_core::{
    Clock, ColdStart, ErrorTypes, Redaction, install_panic_hook, lambda::InvocationLayer,
};

#[cfg(feature = "idempotency")]
use powertools_core::BuilderDefaults;

use crate::{HandlerLayer, PowertoolsBuilder};

#[cfg(feature = "logger")]
use crate::logger::Logger;
#[cfg(feature = "metrics")]
use crate::metrics::Metrics;
#[cfg(feature = "tracer")]
use crate::tracer::Tracer;
#[cfg(feature = "idempotency")]
use crate::{
    builder::ConfigureOperation,
    idempotency::{Idempotency, IdempotencyBuilder, PersistenceStore},
};

/// The configured utilities and their layers; cloning is cheap, and clones share everything.
///
/// [`run`](Self::run) sets everything up. To do it yourself, call [`init`](Self::init), and put
/// [`handler_layer`](Self::handler_layer) around the handler and [`runtime_layer`](Self::runtime_layer) around the
/// runtime:
///
/// ```no_run
/// use powertools::{Error, LambdaEvent, Powertools};
/// use tower::ServiceBuilder;
///
/// async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> {
///     Ok(())
/// }
///
/// # async fn run() -> Result<(), Error> {
/// let powertools = Powertools::builder().build().init();
/// let service = ServiceBuilder::new().layer(powertools.handler_layer()).service_fn(handler);
/// lambda_runtime::Runtime::new(service).layer(powertools.runtime_layer()).run().await
/// # }
/// ```
#[derive(Clone)]
pub struct Powertools(Arc<Settings>);

pub(crate) struct Settings {
    #[cfg(feature = "logger")]
    pub(crate) logger: Logger,
    #[cfg(feature = "metrics")]
    pub(crate) metrics: Metrics,
    #[cfg(feature = "tracer")]
    pub(crate) tracer: Tracer,
    #[cfg(feature = "idempotency")]
    pub(crate) idempotency: (BuilderDefaults, ConfigureOperation),
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cold_start: ColdStart,
    pub(crate) deadline_margin: Option<Duration>,
    pub(crate) shows_events: bool,
    pub(crate) error_types: ErrorTypes,
    pub(crate) redaction: Redaction,
    /// Whether `init` has installed the subscriber, or has tried to.
    pub(crate) is_installed: AtomicBool,
}

impl Powertools {
    /// Returns a builder; settings that are not made in code are read from the environment.
    pub fn builder() -> PowertoolsBuilder {
        PowertoolsBuilder::new()
    }

    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    /// Installs the logger and the tracer for the process: as the subscriber of `tracing`, for records of the `log`
    /// crate, and for panics. Also registers the names of [`error_types`](PowertoolsBuilder::error_types) for the whole
    /// process.
    ///
    /// To keep what is logged before [`run`](Self::run), call this first in `main`. `run` calls it as well; a second
    /// call has no effect.
    ///
    /// If the process already has a subscriber, that one stays, and a line on stderr reports it. In that case, remove
    /// the code that installs it, such as `lambda_runtime::tracing::init_default_subscriber`, or add the layers of
    /// [`logger`](Self::logger) and [`tracer`](Self::tracer) to it.
    #[must_use]
    pub fn init(self) -> Self {
        if self.0.is_installed.swap(true, Ordering::Relaxed) {
            return self;
        }
        #[cfg(all(feature = "logger", feature = "tracer"))]
        tell(self.0.logger.try_init_with(self.0.tracer.layer()).is_ok());
        #[cfg(all(feature = "logger", not(feature = "tracer")))]
        tell(self.0.logger.try_init().is_ok());
        #[cfg(all(feature = "tracer", not(feature = "logger")))]
        tell(tracing::subscriber::set_global_default(self.tracing_alone()).is_ok());
        install_panic_hook();
        self.0.error_types.install();
        self
    }

    /// Returns a builder for the idempotent operation `name`, whose records are kept in `store`.
    ///
    /// The operation uses the clock and the environment of the other utilities, and the settings made with
    /// [`PowertoolsBuilder::idempotency`]. In a test, use
    /// [`Captured::idempotency`](crate::testing::Captured::idempotency), which does the same with a store in memory.
    #[cfg(feature = "idempotency")]
    pub fn idempotency<S: PersistenceStore>(
        &self,
        name: impl Into<String>,
        store: S,
    ) -> IdempotencyBuilder<S> {
        let (defaults, configure) = &self.0.idempotency;
        configure(Idempotency::builder_with(defaults.clone())).operation(name, store)
    }

    /// Returns the subscriber for a build without the logger.
    #[cfg(all(feature = "tracer", not(feature = "logger")))]
    pub(crate) fn tracing_alone(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        use tracing_subscriber::layer::SubscriberExt;

        tracing_subscriber::registry().with(self.0.tracer.layer())
    }

    /// Returns the layer for `lambda_runtime::Runtime::layer`. It opens the invocation, and flushes all utilities after
    /// the response has been posted, or shortly before the deadline.
    pub fn runtime_layer(&self) -> InvocationLayer {
        let layer = InvocationLayer::new()
            .clock(self.0.clock.clone())
            .cold_start(self.0.cold_start.clone())
            .keep_event(true);
        let layer = match self.0.deadline_margin {
            Some(margin) => layer.deadline_margin(margin),
            None => layer,
        };
        // The logger comes first, so that its line before the deadline is written even if another observer is slow.
        #[cfg(feature = "logger")]
        let layer = layer.observer(self.0.logger.observer());
        #[cfg(feature = "metrics")]
        let layer = layer.observer(self.0.metrics.observer());
        #[cfg(feature = "tracer")]
        let layer = layer.observer(self.0.tracer.observer());
        layer
    }

    /// Returns the layer for the handler itself, inside `lambda_runtime::Runtime::new`. It opens the handler's span,
    /// and logs and names the errors that the handler returns. The body of a streaming response belongs to the
    /// invocation until it ends.
    pub fn handler_layer<Kind, Response>(&self) -> HandlerLayer<Kind, Response> {
        HandlerLayer::new(self.clone())
    }

    /// Returns the logger.
    #[cfg(feature = "logger")]
    pub fn logger(&self) -> &Logger {
        &self.0.logger
    }

    /// Returns the metrics.
    #[cfg(feature = "metrics")]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Returns the tracer.
    #[cfg(feature = "tracer")]
    pub fn tracer(&self) -> &Tracer {
        &self.0.tracer
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}

/// Explains on stderr what to do if the process already has a subscriber.
#[cfg(any(feature = "logger", feature = "tracer"))]
fn tell(is_installed: bool) {
    #[cfg(all(feature = "logger", feature = "tracer"))]
    let layers = "`Powertools::logger().layer()` and `Powertools::tracer().layer()`";
    #[cfg(all(feature = "logger", not(feature = "tracer")))]
    let layers = "`Powertools::logger().layer()`";
    #[cfg(not(feature = "logger"))]
    let layers = "`Powertools::tracer().layer()`";
    if !is_installed {
        powertools_core::warn_on_stderr(format_args!(
            "powertools: the process has a tracing subscriber already, so logs and traces are not written: \
             remove what installs it, or add {layers} to it"
        ));
    }
}

impl fmt::Debug for Powertools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Powertools").finish_non_exhaustive()
    }
}
