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
//! [`Powertools::builder`] configures it in code, and has the layers for those who build their own stack of
//! `tower` services. [`testing`] runs a handler in a unit test and gives back its lines, metrics and spans.
//!
//! # Features
//!
//! | feature | what it adds | on by default |
//! |---|---|---|
//! | `logger` | [`logger`]: structured JSON logs | yes |
//! | `metrics` | [`metrics`]: custom metrics in Embedded Metric Format | yes |
//! | `tracer` | [`tracer`]: spans to X-Ray | yes |
//! | `macros` | attributes and derives | yes |
//! | `idempotency` | `idempotency`: an effect happens once; records in memory | |
//! | `dynamodb` | records in DynamoDB, with AWS's SDK | |
//! | `jmespath`, `md5` | keys by JMESPath; keys and records shared with Powertools for Python | |
//! | `lambda-http` | `Powertools::run_http`: functions written with `lambda_http` or axum | |
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
mod function;
mod handler;
#[cfg(feature = "lambda-http")]
mod http;
mod layer;
mod powertools;
mod run;
mod shared;
mod start;
pub mod testing;

#[cfg(feature = "idempotency")]
#[doc(inline)]
pub use powertools_idempotency as idempotency;
#[cfg(feature = "logger")]
#[doc(inline)]
pub use powertools_logger as logger;
#[cfg(feature = "metrics")]
#[doc(inline)]
pub use powertools_metrics as metrics;
#[cfg(feature = "tracer")]
#[doc(inline)]
pub use powertools_tracer as tracer;

pub use lambda_runtime::{Context, Diagnostic, Error, LambdaEvent};
pub use powertools_core::{
    Clock, ColdStart, Environment, InitializationType, Invocation, LineSink, ManualClock,
    MemorySink, Warning,
    lambda::{ErrorType, HandlerError},
};

pub use builder::PowertoolsBuilder;
pub use function::Function;
pub use handler::{EventError, RawEvent};
pub use layer::{HandlerLayer, HandlerService};
pub use powertools::Powertools;
pub use run::run;
