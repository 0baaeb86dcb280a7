use std::{fmt, sync::Arc, time::Duration};

use tower_layer::Layer;

use super::{InvocationService, Observer};
use crate::{Clock, ColdStart, Environment, InitializationType, SystemClock, Watchdog};

/// The default time before the deadline at which observers are notified: enough for one write under load.
const MARGIN: Duration = Duration::from_millis(100);

/// Opens the invocation for all inner services and notifies observers of its lifecycle.
///
/// ```no_run
/// # async fn run() -> Result<(), lambda_runtime::Error> {
/// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
/// use powertools_core::{Invocation, lambda::InvocationLayer};
///
/// async fn handler(_: LambdaEvent<serde::de::IgnoredAny>) -> Result<String, Error> {
///     Ok(Invocation::current().map(|i| i.request_id().to_owned()).unwrap_or_default())
/// }
///
/// Runtime::new(service_fn(handler)).layer(InvocationLayer::new()).run().await
/// # }
/// ```
#[derive(Clone)]
pub struct InvocationLayer(Arc<Settings>);

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) observers: Vec<Arc<dyn Observer>>,
    pub(super) cold_start: ColdStart,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) watchdog: Watchdog,
    pub(super) margin: Duration,
    pub(super) keep_event: bool,
}

impl InvocationLayer {
    /// Creates a layer without observers that uses the cold-start flag of the process and the system clock.
    pub fn new() -> Self {
        let initialization = InitializationType::from_environment(&Environment::process());
        Self(Arc::new(Settings {
            observers: Vec::new(),
            cold_start: ColdStart::process(initialization),
            clock: Arc::new(SystemClock),
            watchdog: Watchdog::new(),
            margin: MARGIN,
            keep_event: false,
        }))
    }

    /// Adds an observer; observers are called in the order in which they were added.
    #[must_use]
    pub fn observer(self, observer: impl Observer) -> Self {
        self.with(|settings| settings.observers.push(Arc::new(observer)))
    }

    /// Sets the cold-start flag.
    #[must_use]
    pub fn cold_start(self, flag: ColdStart) -> Self {
        self.with(|settings| settings.cold_start = flag)
    }

    /// Sets the clock that is compared with deadlines.
    #[must_use]
    pub fn clock(self, clock: impl Clock) -> Self {
        self.with(|settings| settings.clock = Arc::new(clock))
    }

    /// Sets how long before the deadline observers are notified, 100 ms by default. If this is not less than the time
    /// that is left, half of that time is used.
    #[must_use]
    pub fn deadline_margin(self, margin: Duration) -> Self {
        self.with(|settings| settings.margin = margin)
    }

    /// Keeps the bytes of the event for [`Invocation::raw_event`](crate::Invocation::raw_event) while the invocation
    /// exists; they are shared with `lambda_runtime` and not copied.
    #[must_use]
    pub fn keep_event(self, keep: bool) -> Self {
        self.with(|settings| settings.keep_event = keep)
    }

    #[cfg(test)]
    pub(super) fn settings(self) -> Arc<Settings> {
        self.0
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }
}

impl Default for InvocationLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for InvocationLayer {
    type Service = InvocationService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        InvocationService { inner, settings: self.0.clone() }
    }
}

impl fmt::Debug for InvocationLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationLayer")
            .field("observers", &self.0.observers.len())
            .finish_non_exhaustive()
    }
}
