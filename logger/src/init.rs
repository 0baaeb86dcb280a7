use powertools_core::{install_panic_hook, warn_on_stderr};
use thiserror::Error;
use tracing::Subscriber;
use tracing_subscriber::{layer::Layer, registry::Registry};

use crate::Logger;

/// Configures a logger from the environment and installs it for the process.
///
/// It becomes the global `tracing` subscriber, takes the records of the `log` crate and their key-values (feature
/// `log`) and logs panics. Lines that are logged before are lost, since `tracing` has nobody to give them to: call
/// this first in `main`. If the process has a subscriber already, that one stays: a line on stderr says so,
/// and the returned logger can be added to it with [`Logger::layer`].
///
/// ```
/// let logger = powertools_logger::init();
/// tracing::info!(order_id = 17, "order placed");
/// ```
pub fn init() -> Logger {
    Logger::builder().build().init()
}

/// The process has a `tracing` subscriber already.
#[derive(Debug, Error)]
#[error(
    "the process has a tracing subscriber already, so this one is not installed: remove what installs it, or add \
     `Logger::layer` to it"
)]
pub struct InitError(#[source] tracing::subscriber::SetGlobalDefaultError);

impl Logger {
    /// Installs this logger for the process, as [`init`] does.
    pub fn init(self) -> Self {
        if let Err(error) = self.try_init() {
            warn_on_stderr(format_args!("powertools: {error}"));
        }
        self
    }

    /// Installs this logger for the process beside another layer, such as a tracer's.
    ///
    /// ```
    /// # use powertools_logger::Logger;
    /// let layer = tracing_subscriber::layer::Identity::new();
    /// let logger = Logger::builder().build().init_with(layer);
    /// ```
    pub fn init_with<L>(self, layer: L) -> Self
    where
        L: Layer<Registry> + Send + Sync + 'static,
    {
        if let Err(error) = self.try_init_with(layer) {
            warn_on_stderr(format_args!("powertools: {error}, and the layer beside it"));
        }
        self
    }

    /// Installs this logger for the process.
    ///
    /// # Errors
    ///
    /// [`InitError`] if the process has a `tracing` subscriber already; nothing is installed then.
    pub fn try_init(&self) -> Result<(), InitError> {
        self.install(self.subscriber())
    }

    /// Installs this logger for the process beside another layer.
    ///
    /// # Errors
    ///
    /// As [`try_init`](Self::try_init).
    ///
    /// ```
    /// # use powertools_logger::Logger;
    /// let layer = tracing_subscriber::layer::Identity::new;
    /// let logger = Logger::builder().build();
    /// logger.try_init_with(layer())?;
    /// assert!(logger.try_init_with(layer()).is_err(), "one is installed already");
    /// # Ok::<(), powertools_logger::InitError>(())
    /// ```
    pub fn try_init_with<L>(&self, layer: L) -> Result<(), InitError>
    where
        L: Layer<Registry> + Send + Sync + 'static,
    {
        self.install(self.subscriber_with(layer))
    }

    fn install(&self, subscriber: impl Subscriber + Send + Sync) -> Result<(), InitError> {
        tracing::subscriber::set_global_default(subscriber).map_err(InitError)?;
        // Only fails where a `log` backend is installed already, which then goes on as before.
        #[cfg(feature = "log")]
        if log::set_boxed_logger(Box::new(crate::log_bridge::LogBridge::new())).is_ok() {
            log::set_max_level(self.log_filter());
        }
        install_panic_hook();
        Ok(())
    }

    #[cfg(feature = "log")]
    fn log_filter(&self) -> log::LevelFilter {
        use tracing_log::AsLog;
        self.settings().level_filters.most_verbose().as_log()
    }
}
