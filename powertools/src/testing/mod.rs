//! Runs a handler in a unit test and returns what it logged, recorded, and traced.

#[cfg(feature = "metrics")]
mod metric;
mod response;

#[cfg(feature = "idempotency")]
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{
    convert::Infallible,
    future::poll_fn,
    sync::Arc,
    time::{Duration, SystemTime},
};

use lambda_runtime::{Config, Context, LambdaEvent, LambdaInvocation, service_fn};
#[cfg(any(feature = "logger", feature = "metrics"))]
use powertools_core::MemorySink;
use powertools_core::{
    Clock, Environment, ManualClock, install_panic_hook, testing::enable_all_callsites,
};
use serde::Serialize;
#[cfg(any(feature = "logger", feature = "metrics", feature = "tracer"))]
use serde_json::Value;
use tower_layer::Layer;
use tower_service::Service;
use tracing::{Dispatch, dispatcher::DefaultGuard, instrument::WithSubscriber};

#[cfg(feature = "idempotency")]
use crate::idempotency::{Event, IdempotencyBuilder, MemoryStore};
use crate::{
    ColdStart, Function, InitializationType, Powertools, PowertoolsBuilder, handler::Unread,
};

pub use response::TestResponse;

/// The initial time of the test clock: 2026-01-01T00:00:00Z.
const BEGINNING: Duration = Duration::from_secs(1_767_225_600);

/// The timeout of an invocation.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The trace header of every invocation; it is sampled.
const TRACE_HEADER: &str =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// Runs handlers with all utilities and keeps their output as values, together with anything else that this thread
/// logs.
///
/// A panic of the handler produces a log line, a fault, and an error, as on Lambda; its message is printed to stderr as
/// well.
///
/// The clock does not advance on its own, the environment of the process is not read, and the first invocation is a
/// cold start. Code that compares times with the deadline of an invocation, such as an `Idempotency` that was built
/// without this value, needs the same [`clock`](Self::clock). `#[metered]` and the timers of metrics measure real time
/// nevertheless.
///
/// If you spawn a task with `.in_current_span()`, its logs, metrics, and spans are kept if the task runs on this
/// thread, as in `#[tokio::test]` without a flavor. In a multi-threaded runtime they are kept only if the task has the
/// subscriber too: `tokio::spawn(task.in_current_span().with_current_subscriber())`, with
/// `tracing::instrument::WithSubscriber`. Records of the `log` crate are not kept, because they go to a logger for the
/// whole process.
///
/// ```
/// use powertools::{Error, LambdaEvent, metrics::{self, Metric}, testing::Captured};
/// use serde_json::{Value, json};
///
/// const ORDERS: Metric = Metric::count("OrdersPlaced");
///
/// async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
///     let id = event.payload["id"].as_str().ok_or("no id")?;
///     tracing::info!(order_id = id, "order placed");
///     metrics::record(&ORDERS, 1);
///     Ok(json!({"placed": id}))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let captured = Captured::new();
/// let answer = captured.invoke(handler, &json!({"id": "o-1"})).await;
/// assert_eq!(answer.value(), json!({"placed": "o-1"}));
/// assert_eq!(captured.lines()[0]["order_id"], "o-1");
/// assert_eq!(captured.metric("OrdersPlaced"), [1.0]);
/// # }
/// ```
#[must_use = "capturing ends when this is dropped"]
#[derive(Debug)]
pub struct Captured {
    powertools: Powertools,
    clock: ManualClock,
    #[cfg(feature = "logger")]
    lines: MemorySink,
    #[cfg(feature = "metrics")]
    documents: MemorySink,
    #[cfg(feature = "tracer")]
    spans: crate::tracer::testing::MemoryExporter,
    #[cfg(feature = "idempotency")]
    events: Arc<Mutex<Vec<Event>>>,
    dispatch: Dispatch,
    _default: DefaultGuard,
}

impl Captured {
    /// Captures the output with the metrics namespace `Test` and the default for every other setting.
    pub fn new() -> Self {
        Self::with(|powertools| powertools)
    }

    /// Captures the output of the utilities that `configure` returns; warnings about settings are dropped.
    pub fn with(configure: impl FnOnce(PowertoolsBuilder) -> PowertoolsBuilder) -> Self {
        enable_all_callsites();
        install_panic_hook();
        let clock = ManualClock::at(SystemTime::UNIX_EPOCH + BEGINNING);
        let builder = Powertools::builder()
            .environment(Environment::empty())
            .clock(clock.clone())
            .cold_start(ColdStart::own(InitializationType::OnDemand));
        #[cfg(feature = "logger")]
        let lines = MemorySink::new();
        #[cfg(feature = "logger")]
        let builder = builder.logger({
            let lines = lines.clone();
            |logger| logger.sink(lines)
        });
        #[cfg(feature = "metrics")]
        let documents = MemorySink::new();
        #[cfg(feature = "metrics")]
        let builder = builder.metrics({
            const TEST: crate::metrics::Namespace = crate::metrics::Namespace::new("Test");
            let documents = documents.clone();
            |metrics| metrics.namespace(TEST).sink(documents)
        });
        #[cfg(feature = "tracer")]
        let spans = crate::tracer::testing::MemoryExporter::default();
        #[cfg(feature = "tracer")]
        let builder = builder.tracer({
            let spans = spans.clone();
            |tracer| tracer.exporter(spans)
        });
        #[cfg(feature = "idempotency")]
        let events = Arc::new(Mutex::new(Vec::new()));
        #[cfg(feature = "idempotency")]
        let builder = builder.idempotency({
            let events = events.clone();
            move |operation| {
                let events = events.clone();
                operation.on_event(move |event| lock(&events).push(event))
            }
        });
        let powertools = configure(builder).build_with_warnings().0;
        let dispatch = subscriber(&powertools);
        Self {
            powertools,
            clock,
            #[cfg(feature = "logger")]
            lines,
            #[cfg(feature = "metrics")]
            documents,
            #[cfg(feature = "tracer")]
            spans,
            #[cfg(feature = "idempotency")]
            events,
            _default: tracing::dispatcher::set_default(&dispatch),
            dispatch,
        }
    }

    /// Runs a handler with an event, inside the same layers as on Lambda.
    ///
    /// The event can be any value that implements `Serialize`; for text that is already JSON, such as a fixture, use
    /// [`invoke_json`](Self::invoke_json). The function is called `test`, and the invocation is sampled.
    ///
    /// # Panics
    ///
    /// Panics if the event can't be serialized.
    pub async fn invoke<F: Function<M>, M>(
        &self,
        handler: F,
        event: &impl Serialize,
    ) -> TestResponse {
        let event = serde_json::to_string(event).expect("an event serialises");
        self.invoke_json(handler, &event).await
    }

    /// Runs a handler with an event that is JSON text.
    pub async fn invoke_json<F: Function<M>, M>(&self, handler: F, event: &str) -> TestResponse {
        let mut stack = self.powertools.stack::<F, M>(handler.into_service());
        // The runtime polls readiness before each call, and services such as a concurrency limit rely on it.
        let ready = poll_fn(|cx| stack.poll_ready(cx)).with_subscriber(self.dispatch.clone());
        if let Err(diagnostic) = ready.await {
            return TestResponse::failed(diagnostic);
        }
        let runtime = service_fn(move |invocation: LambdaInvocation| {
            let call = stack.call(LambdaEvent::new(Unread, invocation.context));
            async { Ok::<_, Infallible>(TestResponse::of(call.await).await) }
        });
        let mut runtime = self.powertools.runtime_layer().layer(runtime);
        let run = runtime.call(self.invocation(event)).with_subscriber(self.dispatch.clone());
        match run.await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }

    fn invocation(&self, event: &str) -> LambdaInvocation {
        let mut context = Context::default();
        context.request_id = "8f507cfc-xmpl-4697-b07a-ac58fc914c95".to_owned();
        context.invoked_function_arn =
            "arn:aws:lambda:eu-west-1:123456789012:function:test".to_owned();
        context.xray_trace_id = Some(TRACE_HEADER.to_owned());
        let deadline = self.clock.now() + TIMEOUT;
        let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        context.deadline = u64::try_from(deadline.as_millis()).unwrap_or_default();
        context.env_config = Arc::new(Config {
            function_name: "test".to_owned(),
            memory: 128,
            version: "$LATEST".to_owned(),
            ..Config::default()
        });
        let (parts, ()) = http::Response::new(()).into_parts();
        LambdaInvocation { parts, body: event.to_owned().into(), context }
    }

    /// Returns the clock.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// Returns the utilities.
    pub fn powertools(&self) -> &Powertools {
        &self.powertools
    }

    /// Returns the lines that were logged, each as a JSON value.
    ///
    /// # Panics
    ///
    /// Panics if a line is not JSON, which would be a bug in the logger.
    #[cfg(feature = "logger")]
    pub fn lines(&self) -> Vec<Value> {
        values(&self.lines)
    }

    /// Returns the metric documents that were written, each as a JSON value.
    ///
    /// # Panics
    ///
    /// Panics if a document is not JSON, which would be a bug in the metrics utility.
    #[cfg(feature = "metrics")]
    pub fn documents(&self) -> Vec<Value> {
        values(&self.documents)
    }

    /// Returns the values of a metric in all documents, in the order of the documents.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`documents`](Self::documents).
    #[cfg(feature = "metrics")]
    pub fn metric(&self, name: &str) -> Vec<f64> {
        metric::values(&self.documents(), name)
    }

    /// Returns the spans that have ended, each as an independent X-Ray subsegment, in the order in which they began.
    #[cfg(feature = "tracer")]
    pub fn spans(&self) -> Vec<Value> {
        self.spans.spans()
    }

    /// Returns a builder for an idempotent operation with the clock of this test and a store in memory.
    ///
    /// For another store, use [`Powertools::idempotency`] of [`powertools`](Self::powertools).
    ///
    /// ```
    /// use powertools::{Error, idempotency::Event, testing::Captured};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Error> {
    /// let captured = Captured::new();
    /// let charge = captured.idempotency("charge").build();
    /// for _ in 0..2 {
    ///     charge.run("p-1", &(), async || Ok::<_, Error>("a receipt".to_owned())).await?;
    /// }
    /// assert_eq!(captured.idempotency_events(), [Event::Fresh, Event::Replayed]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "idempotency")]
    pub fn idempotency(&self, name: impl Into<String>) -> IdempotencyBuilder<MemoryStore> {
        self.powertools.idempotency(name, MemoryStore::new())
    }

    /// Returns the outcomes of all calls of operations that were built with this value, in order.
    #[cfg(feature = "idempotency")]
    pub fn idempotency_events(&self) -> Vec<Event> {
        lock(&self.events).clone()
    }

    /// Removes everything that was captured, so that a test can examine only what follows.
    pub fn clear(&self) {
        #[cfg(feature = "logger")]
        self.lines.clear();
        #[cfg(feature = "metrics")]
        self.documents.clear();
        #[cfg(feature = "tracer")]
        self.spans.clear();
        #[cfg(feature = "idempotency")]
        lock(&self.events).clear();
    }
}

/// Locks the events, even if a test has panicked while it held the lock.
#[cfg(feature = "idempotency")]
fn lock(events: &Mutex<Vec<Event>>) -> MutexGuard<'_, Vec<Event>> {
    events.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Captured {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the subscriber that [`Powertools::init`] would install.
fn subscriber(powertools: &Powertools) -> Dispatch {
    let _ = powertools;
    #[cfg(all(feature = "logger", feature = "tracer"))]
    let subscriber = powertools.logger().subscriber_with(powertools.tracer().layer());
    #[cfg(all(feature = "logger", not(feature = "tracer")))]
    let subscriber = powertools.logger().subscriber();
    #[cfg(all(feature = "tracer", not(feature = "logger")))]
    let subscriber = powertools.tracing_alone();
    #[cfg(not(any(feature = "logger", feature = "tracer")))]
    let subscriber = tracing_subscriber::registry();
    Dispatch::new(subscriber)
}

#[cfg(any(feature = "logger", feature = "metrics"))]
fn values(lines: &MemorySink) -> Vec<Value> {
    let lines = lines.lines().into_iter();
    lines.map(|line| serde_json::from_str(&line).expect("every line is JSON")).collect()
}
