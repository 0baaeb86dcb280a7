//! Reading back what a test logged.

use powertools_core::{Environment, MemorySink, testing::enable_all_callsites};
use serde_json::Value;
use tracing::{Dispatch, dispatcher::DefaultGuard};

use crate::{Logger, LoggerBuilder};

/// Captures what this thread logs until the returned value is dropped.
///
/// The logger is configured by nothing but its defaults, at TRACE; see [`Captured::with`] for others.
///
/// ```
/// let captured = powertools_logger::testing::capture();
/// tracing::info!(order_id = 17, "order placed");
/// assert_eq!(captured.last()["order_id"], 17);
/// ```
pub fn capture() -> Captured {
    let levels = tracing::level_filters::LevelFilter::TRACE;
    Captured::with(|logger| logger.levels(crate::Levels::new(levels)))
}

/// Lines that were captured, as values.
#[must_use = "capturing ends when this is dropped"]
#[derive(Debug)]
pub struct Captured {
    lines: MemorySink,
    logger: Logger,
    dispatch: Dispatch,
    _default: DefaultGuard,
}

impl Captured {
    /// Captures with a logger as `configure` makes it; the process's environment is not read, and
    /// warnings about settings are dropped.
    pub fn with(configure: impl FnOnce(LoggerBuilder) -> LoggerBuilder) -> Self {
        let lines = MemorySink::new();
        let nothing = Environment::empty();
        enable_all_callsites();
        let builder = configure(Logger::builder().environment(nothing)).sink(lines.clone());
        let logger = builder.build_with_warnings().0;
        let dispatch = Dispatch::new(logger.subscriber());
        let default = tracing::dispatcher::set_default(&dispatch);
        Self { lines, logger, dispatch, _default: default }
    }

    /// Returns the logger, for its tower layers.
    pub fn logger(&self) -> &Logger {
        &self.logger
    }

    /// Returns the subscriber, for `tracing::dispatcher::with_default` on another thread.
    pub fn dispatch(&self) -> &Dispatch {
        &self.dispatch
    }

    /// Returns the lines as they were written.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lines()
    }

    /// Returns the lines as values.
    ///
    /// # Panics
    ///
    /// Panics if what was written is not JSON, which would be a defect of the logger.
    pub fn values(&self) -> Vec<Value> {
        let text = self.lines().join("\n");
        // Not line by line: under `dev` a value has several.
        let values = serde_json::Deserializer::from_str(&text).into_iter();
        values.map(|value| value.expect("a logger writes JSON")).collect()
    }

    /// Returns the last line as a value, `null` if there is none.
    pub fn last(&self) -> Value {
        self.values().pop().unwrap_or_default()
    }

    /// Forgets what was captured so far.
    pub fn clear(&self) {
        self.lines.clear();
    }
}
