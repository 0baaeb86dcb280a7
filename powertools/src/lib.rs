//! Powertools for AWS Lambda: logs, metrics, traces and idempotency around a function, in one line of `main`.
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
//! [`run`] reads the settings of all utilities from the environment, installs the logger and the tracer for
//! `tracing` and `log`, and serves one invocation at a time, or as many as Lambda Managed Instances ask for.
//! Around the handler:
//!
//! - every line has the invocation's ids, every span hangs under the handler's, and what is recorded and traced is
//!   written after the answer was posted
//! - shortly before the deadline one ERROR line says how long the function has run and in which spans it is, and
//!   what it has logged, recorded and traced is written
//! - an error is logged once with its sources, and Lambda gets a stable `errorType`; a panic likewise
//! - an event that is not what the handler takes is such an error too, and says which member is wrong
//!
//! [`with_state`] makes a handler of a method or a function that needs clients, and [`start`](start()) makes them before
//! the first invocation. What a handler's types have to be is listed at [`Function`].
//!
//! [`Powertools::builder`] configures it in code, and has the layers for those who build their own stack of
//! `tower` services. [`testing`] runs a handler in a unit test and gives back its lines, metrics and spans.
//!
//! # Secrets
//!
//! Values of names such as `password`, `authorization` or `x-api-key` are `[redacted]` in log lines, spans, metadata and
//! errors, also in text and in what `Debug` prints; URLs lose their query. [`Redaction`] has the list.
//! [`redaction`](PowertoolsBuilder::redaction) changes it for all utilities, and
//! [`redact_fields`](PowertoolsBuilder::redact_fields) and [`without_fields`](PowertoolsBuilder::without_fields) name
//! single fields. Write `#[instrument(skip_all)]` all the same: a secret without a telling name is not recognized.
//!
//! # Lines before the handler runs
//!
//! `tracing` gives events to the subscriber of the process, and drops them as long as there is none: what is logged
//! before [`run`] is lost. [`start`](Powertools::start) logs what the preparation of a handler says. Where `main` does
//! more, install the subscriber first:
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
//! | `triggers` | what triggered the invocation, told in the handler's span, and the traces of messages from SQS linked to, for about 20 kB | yes |
//! | `macros` | attributes and derives | yes |
//! | `managed-instances` | several invocations at once, as Lambda Managed Instances ask for, for about 30 kB; without it they are served one at a time, and a line says so | yes |
//! | `idempotency` | `idempotency`: an effect happens once; records in memory | |
//! | `dynamodb` | records in DynamoDB, with AWS's SDK | |
//! | `idempotency-http` | `idempotency::http`: a layer that makes responses of an HTTP API idempotent by the `Idempotency-Key` header | |
//! | `redis`, `redis-cluster`, `redis-tls` | records in Valkey or Redis; in a cluster; over TLS, with rustls and ring | |
//! | `jmespath`, `md5` | keys by JMESPath; keys and records shared with Powertools for Python | |
//! | `lambda-http` | [`run`] takes functions and services of `lambda_http::Request`, such as axum's `Router`; `streaming_response` streams their bodies | |
//! | `otel`, `otlp-udp`, `stdout` | ways out for spans: OpenTelemetry's exporters, OTLP over UDP, lines of JSON | |
//! | `http-client`, `aws-sdk` | spans and trace headers of outgoing calls | |
//!
//! Nothing in the defaults brings TLS, an AWS SDK or OpenTelemetry. With `dynamodb` or `aws-sdk` Rust 1.94.1 is
//! needed.
//!
//! The variables of the environment stand in the documentation of each utility.

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
/// Lets an error type choose its name: for Lambda, in log lines, and in the spans of the handler and of functions that
/// are `#[traced]`.
///
/// The type has to be listed, with [`PowertoolsBuilder::error_type`] or at the handler with
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
/// Puts before a handler what belongs to an invocation: the event's log line, the correlation id, the cold-start
/// metric.
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
/// An event may borrow from its JSON, if its type says so with `'_` or `&`. [`run`] can't hand over such a type, so
/// the function's argument becomes `LambdaEvent<RawEvent>`, and it reads the event itself; its error is
/// `From<EventError>`:
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
/// The types of event, response and error are checked here, so that the compiler shows an error about them at the
/// function and not only where it is run. Arguments beside the event are the function's own: it may be a method, or
/// take its state by [`with_state`].
///
/// It becomes what can be written by hand:
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
