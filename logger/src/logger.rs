use std::fmt;

use powertools_core::{BuilderDefaults, Invocation, Warning};
use tracing::Subscriber;
use tracing_subscriber::{
    filter::Filtered,
    layer::{Layer, SubscriberExt},
    registry::{LookupSpan, Registry},
};

#[cfg(any(feature = "lambda-runtime", feature = "log"))]
use crate::config::Settings;
use crate::{
    config::LoggerBuilder,
    context::LogState,
    pipeline::Pipeline,
    subscriber::{LogFilter, LogLayer},
};

/// A configured logger; a clone is cheap and shares everything.
///
/// [`init`](crate::init) makes one from the environment and installs it. Several may live in one
/// process, each with its own sink: all that belongs to an invocation hangs in the invocation.
#[derive(Clone)]
pub struct Logger(Pipeline);

impl Logger {
    /// Starts to configure a logger; what code leaves open, the environment says.
    pub fn builder() -> LoggerBuilder {
        Self::builder_with(BuilderDefaults::default())
    }

    /// Starts to configure a logger with what it shares with other utilities.
    pub fn builder_with(defaults: BuilderDefaults) -> LoggerBuilder {
        LoggerBuilder::new(defaults)
    }

    /// Returns the layer to add to a `tracing_subscriber` registry, with its filter.
    ///
    /// The filter is the layer's own: other layers of the registry see what they always saw.
    pub fn layer<S>(&self) -> Filtered<LogLayer, LogFilter, S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        LogLayer::new(self.0.clone()).with_filter(LogFilter::new(self.0.clone()))
    }

    /// Returns a subscriber that does nothing but write this logger's lines.
    pub fn subscriber(&self) -> impl Subscriber + Send + Sync + use<> {
        tracing_subscriber::registry().with(LogLayer::alone(self.0.clone()))
    }

    /// Returns a subscriber that writes this logger's lines and has another layer, such as a tracer's.
    ///
    /// That layer sees what it would see without the logger.
    pub fn subscriber_with<L>(&self, layer: L) -> impl Subscriber + Send + Sync + use<L>
    where
        L: Layer<Registry> + Send + Sync + 'static,
    {
        let lines = LogLayer::beside(self.0.clone(), layer.max_level_hint());
        tracing_subscriber::registry().with(layer).with(lines)
    }

    /// Takes the correlation id from an event, and logs the event if that was asked for.
    ///
    /// [`runtime_layer`](Self::runtime_layer) does this as an invocation opens; who opens invocations
    /// by hand calls it inside the scope.
    pub fn receive(&self, invocation: &Invocation, event: &[u8]) {
        let settings = self.0.settings();
        if let Some(id) = settings.correlation_id.as_ref().and_then(|search| search.find_in(event))
        {
            LogState::of(invocation).keys().set_correlation_id(Some(id));
        }
        if settings.logs_event {
            settings.event_redaction.log_once(invocation, event);
        }
    }

    #[cfg(any(feature = "lambda-runtime", feature = "log"))]
    pub(crate) fn settings(&self) -> &Settings {
        self.0.settings()
    }
}

impl LoggerBuilder {
    /// Builds the logger, and writes a line to stderr for each setting that can't be used.
    pub fn build(self) -> Logger {
        let (logger, warnings) = self.build_with_warnings();
        warnings.iter().for_each(powertools_core::warn_on_stderr);
        logger
    }

    /// Builds the logger and returns the warnings instead of writing them.
    pub fn build_with_warnings(self) -> (Logger, Vec<Warning>) {
        let (settings, warnings) = self.resolve();
        (Logger(Pipeline::new(settings)), warnings)
    }
}

impl fmt::Debug for Logger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logger")
            .field("service", &self.0.settings().service)
            .finish_non_exhaustive()
    }
}
