//! Powertools for AWS Lambda: logs, metrics, traces, and idempotency for your function, with one line in `main`.
//!
//! ```no_run
//! use powertools::{Error, LambdaEvent, metrics::{self, Metric}};
//! use serde::{Deserialize, Serialize};
//!
//! const ORDERS: Metric = Metric::count("OrdersPlaced");
//!
//! #[derive(Deserialize)]
//! struct Order {
//!     id: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Receipt {
//!     order_id: String,
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     powertools::run(handler).await
//! }
//!
//! async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
//!     let order_id = event.payload.id;
//!     tracing::info!(order_id, "order placed");
//!     metrics::record(&ORDERS, 1);
//!     Ok(Receipt { order_id })
//! }
//! ```
//!
//! [`run`] reads the settings of all utilities from the environment, installs the logger and the tracer for `tracing`
//! and `log`, and serves invocations: one at a time, or as many at once as Lambda Managed Instances ask for. For every
//! invocation:
//!
//! - Each log line carries the ids of the invocation, each span is a descendant of the handler's span, and metrics and
//!   spans are flushed after the response has been posted.
//! - Shortly before the deadline, one ERROR line reports how long the function has been running and which spans are
//!   open, and all logs, metrics, and spans are flushed.
//! - If the handler fails or panics, the error is logged once with its sources, and Lambda receives a stable
//!   `errorType`.
//! - If the event can't be deserialized, the error is handled in the same way and names the member that is wrong.
//!
//! Use [`with_state`] for a handler that needs clients, which may be a method or a function, and [`start`](start()) to
//! create the clients before the first invocation. [`Function`] lists the bounds on the types of a handler.
//!
//! To configure the utilities in code, use [`Powertools::builder`]; [`Powertools`] also provides the layers, if you
//! build your own stack of `tower` services. [`testing`] runs a handler in a unit test and returns its log lines,
//! metrics, and spans.
//!
//! # Secrets
//!
//! Values of names such as `password`, `authorization`, or `x-api-key` are replaced by `[redacted]` in log lines,
//! spans, metadata, and errors, including text and the output of `Debug`; URLs lose their query. See [`Redaction`] for
//! the list. To change it for all utilities, use [`redaction`](PowertoolsBuilder::redaction); for single fields, use
//! [`redact_fields`](PowertoolsBuilder::redact_fields) and [`without_fields`](PowertoolsBuilder::without_fields). Write
//! `#[instrument(skip_all)]` all the same: a secret is recognized only by its name.
//!
//! # Logging before the handler runs
//!
//! `tracing` drops events while the process has no subscriber, so anything logged before [`run`] is lost.
//! [`start`](Powertools::start) installs the subscriber before it creates the handler. If `main` does more than that,
//! install the subscriber first:
//!
//! ```no_run
//! # use powertools::{Error, LambdaEvent, Powertools};
//! # async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<(), Error> { Ok(()) }
//! # async fn main_() -> Result<(), Error> {
//! let powertools = Powertools::builder().build().init();
//! tracing::info!("reading the configuration");
//! powertools.run(handler).await
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds | on by default |
//! |---|---|---|
//! | `logger` | [`logger`]: structured JSON logs | yes |
//! | `log` | records of the `log` crate as log lines, for about 75 kB | yes |
//! | `metrics` | [`metrics`]: custom metrics in Embedded Metric Format | yes |
//! | `tracer` | [`tracer`]: spans to X-Ray | yes |
//! | `triggers` | records in the handler's span what triggered the invocation, and links to the traces of SQS messages, for about 20 kB | yes |
//! | `macros` | attributes and derives | yes |
//! | `managed-instances` | concurrent invocations, as Lambda Managed Instances ask for, for about 30 kB; without it, invocations are served one at a time, and a log line reports that | yes |
//! | `idempotency` | `idempotency`: operations that run once for each key, with records in memory | |
//! | `dynamodb` | records in DynamoDB, with the AWS SDK | |
//! | `idempotency-http` | `idempotency::http`: a layer that makes responses of an HTTP API idempotent by the `Idempotency-Key` header | |
//! | `redis`, `redis-cluster`, `redis-tls` | records in Valkey or Redis; in a cluster; over TLS, with rustls and ring | |
//! | `jmespath`, `md5` | keys by JMESPath; keys and records shared with Powertools for Python | |
//! | `lambda-http` | [`run`] takes functions and services of `lambda_http::Request`, such as axum's `Router`; `streaming_response` streams their bodies | |
//! | `otel`, `otlp-udp`, `stdout` | exporters for spans: OpenTelemetry's exporters, OTLP over UDP, lines of JSON | |
//! | `http-client`, `aws-sdk` | spans and trace headers of outgoing calls | |
//!
//! The default features do not bring in TLS, the AWS SDK, or OpenTelemetry. The features `dynamodb` and `aws-sdk`
//! require Rust 1.94.1.
//!
//! The documentation of each utility lists the environment variables that it reads.

#![cfg_attr(
    not(any(feature = "logger", feature = "metrics", feature = "tracer")),
    allow(dead_code, unused_macros, unused_mut, reason = "nothing is configured")
)]

mod builder;
#[doc(hidden)]
pub mod check;
mod function;
mod handler;
#[cfg(feature = "lambda-http")]
mod http;
#[cfg(feature = "idempotency")]
pub mod idempotency;
mod layer;
#[cfg(feature = "metrics")]
pub mod metrics;
mod powertools;
mod report;
mod run;
mod start;
mod state;
pub mod testing;
#[cfg(feature = "tracer")]
pub mod tracer;

#[cfg(feature = "logger")]
#[doc(inline)]
pub use powertools_logger as logger;

pub use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent};
pub use powertools_core::{
    Clock, ColdStart, Environment, ErrorTypes, InitializationType, Invocation, LineSink,
    ManualClock, MemorySink, Redaction, Warning, WriterSink,
    lambda::{ErrorType, Failure, HandlerError, InvocationLayer},
};

pub use builder::PowertoolsBuilder;
pub use check::check_handler;
pub use function::Function;
pub use handler::{EventError, RawEvent, register_error_types};
#[cfg(feature = "lambda-http")]
pub use http::{StreamingHttpService, streaming_response};
pub use layer::{HandlerLayer, HandlerService};
pub use powertools::Powertools;
pub use report::report_error;
pub use run::run;
pub use start::start;
pub use state::with_state;

#[cfg(all(feature = "macros", feature = "idempotency"))]
#[doc(no_inline)]
pub use idempotency::idempotent;
#[cfg(all(feature = "macros", feature = "metrics"))]
#[doc(no_inline)]
pub use metrics::metered;
/// Lets an error type choose its name for Lambda, in log lines, and in the spans of the handler and of `#[traced]`
/// functions.
///
/// Register the type with [`PowertoolsBuilder::error_type`], or at the handler with
/// `#[handler(error_types = [OrderError])]`.
///
/// ```
/// use powertools::ErrorType;
/// use thiserror::Error;
///
/// #[derive(Debug, Error, ErrorType)]
/// enum OrderError {
///     #[error("out of {0}")]
///     OutOfStock(String),
///     #[error("no card")]
///     #[error_type = "CardMissing"]
///     NoCard,
///     #[error(transparent)]
///     #[error_type(transparent)]
///     Payment(#[from] PaymentError),
/// }
///
/// #[derive(Debug, Error, ErrorType)]
/// #[error("the bank said no")]
/// struct PaymentError;
///
/// assert_eq!(OrderError::OutOfStock("tea".into()).error_type(), "OutOfStock");
/// assert_eq!(OrderError::NoCard.error_type(), "CardMissing");
/// assert_eq!(OrderError::from(PaymentError).error_type(), "PaymentError");
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::ErrorType;
/// Adds per-invocation steps to the start of a handler: logging the event, setting the correlation id, and recording
/// the cold-start metric.
///
/// ```
/// use powertools::{Error, LambdaEvent};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order {
///     id: String,
/// }
///
/// # #[cfg(all(feature = "logger", feature = "metrics"))]
/// #[powertools::handler(
///     log_event,
///     redact = ["/customer/email"],
///     correlation_id = EventBridge,
///     cold_start_metric,
///     timeout_margin = "500ms"
/// )]
/// async fn handler(event: LambdaEvent<Order>) -> Result<String, Error> {
///     Ok(event.payload.id)
/// }
/// ```
///
/// An event may borrow from its JSON, if its type shows that with `'_` or `&`. [`run`] can't pass such a type, so the
/// argument of the function becomes `LambdaEvent<RawEvent>`, and the function deserializes the event itself. Its error
/// type must implement `From<EventError>`:
///
/// ```
/// use powertools::{Error, LambdaEvent};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order<'a> {
///     id: &'a str,
/// }
///
/// #[powertools::handler]
/// async fn handler(event: LambdaEvent<Order<'_>>) -> Result<usize, Error> {
///     Ok(event.payload.id.len())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let captured = powertools::testing::Captured::new();
/// let answer = captured.invoke(handler, &serde_json::json!({"id": "o-1"})).await;
/// assert_eq!(answer.value(), 3);
/// # }
/// ```
///
/// The macro checks the types of the event, the response, and the error, so that the compiler reports an error about
/// them at the function and not only where the function is run. The function may have other arguments besides the
/// event: it may be a method, or take its state from [`with_state`].
///
/// The macro expands to code that you could write by hand:
///
/// ```
/// # use powertools::{Error, LambdaEvent};
/// # #[derive(serde::Deserialize)] struct Order { id: String }
/// # #[cfg(all(feature = "logger", feature = "metrics"))]
/// async fn handler(event: LambdaEvent<Order>) -> Result<String, Error> {
///     if let Some(invocation) = powertools::Invocation::current() {
///         invocation.set_deadline_margin(std::time::Duration::from_millis(500));
///     }
///     powertools::logger::find_correlation_id(&powertools::logger::CorrelationId::EventBridge);
///     powertools::logger::log_event(&["/customer/email"]);
///     powertools::metrics::count_cold_start();
///     Ok(event.payload.id)
/// }
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::handler;
#[cfg(all(feature = "macros", feature = "tracer"))]
#[doc(no_inline)]
pub use tracer::traced;
