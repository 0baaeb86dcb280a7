//! Traces for AWS Lambda: the spans of `tracing` become X-Ray subsegments or OpenTelemetry spans.
//!
//! ```no_run
//! use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
//! use powertools_tracer::Tracer;
//! use tower_layer::Layer;
//! use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     let tracer = Tracer::builder().build();
//!     tracing_subscriber::registry().with(tracer.layer()).init();
//!     let handler = tracer.handler_layer().layer(service_fn(handler));
//!     Runtime::new(handler).layer(tracer.runtime_layer()).run().await
//! }
//!
//! async fn handler(_: LambdaEvent<serde_json::Value>) -> Result<String, Error> {
//!     place_order(17).await;
//!     Ok("done".into())
//! }
//!
//! #[tracing::instrument]
//! async fn place_order(id: u32) {
//!     powertools_tracer::annotation("OrderId", id);
//! }
//! ```
//!
//! sends one datagram to the X-Ray daemon, which Lambda runs wherever active tracing is on, after the
//! answer was posted:
//!
//! ```json
//! {"trace_id":"1-5759e988-bd862e3fe1be46a994272793","type":"subsegment","parent_id":"53995c3f42cd8ad8","id":"446ff19da68e25d4","name":"## handler","start_time":1795174278.967012,"end_time":1795174278.971340,"annotations":{"ColdStart":true},"metadata":{"service_undefined":{"handler response":"done"}},"subsegments":[{"id":"3c9a4ad4e11f1f7e","name":"## checkout::place_order","start_time":1795174278.968203,"end_time":1795174278.971001,"annotations":{"OrderId":17},"metadata":{"service_undefined":{"id":17}}}]}
//! ```
//!
//! Beside `powertools-logger` the subscriber is `logger.init_with(tracer.layer())`, and the outer layer
//! `logger.runtime_layer().observer(tracer.observer())`; log lines then carry `span_id` too.
//!
//! A guide with programs for HTTP clients, AWS's SDK and OpenTelemetry is `docs/tracing.md` in the repository.
//!
//! # What is traced
//!
//! Spans at INFO and above inside an invocation that is sampled, whatever the log shows; not those of
//! `lambda_runtime` and of what carries requests. Parent and sampling come from the invocation's own
//! trace header. Where nothing is sampled a span costs what `tracing` itself costs.
//!
//! - A span from `#[instrument]` is named `## module::function`, one with any other name as it is named;
//!   a field `otel.name` names it when the program runs.
//! - `#[traced]` (feature `macros`) keeps what a function returns, too: a response as metadata, an error as the fault's
//!   cause. Without the macro that is a [`TracedCall`].
//! - Fields are metadata of the service, or [annotations](TracerBuilder::annotate_fields).
//! - An ERROR event makes its span a fault, with the error and its sources as the cause, unless the levels leave
//!   its target out or the span has `otel.status_code = "OK"`.
//! - A function's span ends when the function has returned, even if a task that was spawned with `.in_current_span()`
//!   keeps it open.
//! - `otel.kind`, and attributes of OpenTelemetry's semantic conventions on a span that is not internal,
//!   become X-Ray's `namespace`, `http` and `aws`, by their old names as well.
//!
//! An invocation has up to [1,000 spans](TracerBuilder::max_spans), a span 128 values of up to 16 KiB, an
//! invocation 4 MiB of them. What is more is counted, and the count stands in the trace.
//!
//! # Secrets
//!
//! Values of fields, annotations, metadata and captured responses are `[redacted]` if their name says that they are
//! secret: `password`, `authorization`, `x-api-key` and the others that [`Redaction`] lists. So are the values after such
//! names in text: in errors and their sources, and in what `Debug` prints, such as header maps. URLs lose their user and
//! their query. All exporters are given the redacted values.
//! [`redaction`](TracerBuilder::redaction) changes the names, [`redact_fields`](TracerBuilder::redact_fields) and
//! [`without_fields`](TracerBuilder::without_fields) name single fields.
//!
//! A secret is recognized by the name beside it. `#[instrument]` records each argument of a function:
//! `#[instrument(skip_all, fields(order_id))]` names what is recorded and formats nothing else, as `#[traced]` does.
//!
//! # Ways out
//!
//! | feature | exporter | where spans go |
//! |---|---|---|
//! | `xray` (default) | [`XRayExporter`] | to the X-Ray daemon over UDP |
//! | `stdout` | `JsonLinesExporter` | to the log, a line a span |
//! | `otel` | `OtelExporter` | to any `SpanExporter` of OpenTelemetry |
//! | `otlp-udp` | `OtlpUdpExporter` | as OTLP through the port of the X-Ray daemon |
//! | | [`NoopExporter`] | nowhere, for ids in log lines alone |
//!
//! The feature `triggers` (default) reads from the event what triggered the invocation, and has the handler's span
//! tell it and link to the traces of messages from SQS.
//!
//! The features `http-client` and `aws-sdk` propagate the trace: a tower layer for HTTP clients, and an interceptor
//! for clients of AWS's SDK. By hand it is [`current_header`].
//!
//! # Environment
//!
//! What code sets wins. A value that can't be parsed gives one line on stderr.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `POWERTOOLS_SERVICE_NAME` | annotation `Service`, namespace of metadata | `service_undefined` |
//! | `POWERTOOLS_TRACE_DISABLED` | trace nothing | off |
//! | `POWERTOOLS_TRACER_CAPTURE_RESPONSE` | keep the handler's response | on; off for [identity triggers](TracerBuilder::capture_response) |
//! | `POWERTOOLS_TRACER_CAPTURE_ERROR` | keep the texts of errors | on |
//! | `POWERTOOLS_TRACER_LEVEL` | which spans, as [`Levels`]: `info,my_crate=debug` | `info` |
//! | `POWERTOOLS_TRACER_EXPORTER` | `xray`, `stdout`, `otlp-udp` or `none` | `xray` |
//! | `AWS_XRAY_DAEMON_ADDRESS` | where the daemon listens | `127.0.0.1:2000` |
//!
//! Names of variables, annotations and metadata are those of Powertools for AWS Lambda (Python).

mod config;
mod context;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
mod model;
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
mod otel;
mod output;
mod pipeline;
#[cfg(any(feature = "aws-sdk", feature = "http-client"))]
pub mod propagation;
mod subscriber;
mod targets;
pub mod testing;
#[cfg(feature = "lambda-runtime")]
mod traced_call;
mod tracer;

pub use powertools_core::{
    Clock, ColdStart, Environment, InitializationType, Invocation, Levels, LineSink, ManualClock,
    MemorySink, ParseLevelsError, Redaction, SpanId, StdoutSink, SystemClock, TraceHeader, Warning,
    WriterSink,
};

pub use config::{CapturedPart, TracerBuilder};
pub use context::{
    Annotation, annotation, capture_error, capture_response, current_header, link, metadata,
    metadata_in,
};
pub use model::{Batch, Kind, Span, SpanError, Value};
#[cfg(feature = "otlp-udp")]
pub use otel::OtlpUdpExporter;
#[cfg(feature = "otel")]
pub use otel::{OtelExporter, OtelExporterBuilder};
#[cfg(feature = "stdout")]
pub use output::JsonLinesExporter;
#[cfg(feature = "xray")]
pub use output::XRayExporter;
#[cfg(any(feature = "xray", feature = "otlp-udp"))]
pub use output::{DatagramSink, UdpSink};
pub use output::{ExportError, Exporter, NoopExporter};
pub use subscriber::TraceLayer;
#[cfg(feature = "lambda-runtime")]
pub use traced_call::TracedCall;
pub use tracer::Tracer;

// Where an expansion finds it.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub use tracing;

/// Runs a function in a span of its own that keeps what it returns.
///
/// ```
/// use powertools_tracer::traced;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Order {
///     id: u32,
///     customer: String,
/// }
///
/// #[traced(fields(order_id = id), annotations(express), skip(token))]
/// async fn find(id: u32, express: bool, token: &str) -> Result<Order, std::io::Error> {
///     Ok(Order { id, customer: "ada".into() })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let captured = powertools_tracer::testing::capture();
/// captured.invoke(find(17, true, "s3cret")).await.unwrap();
/// let span = captured.last();
/// assert_eq!(span["annotations"]["express"], true);
/// assert_eq!(span["metadata"]["service_undefined"]["order_id"], 17);
/// # }
/// ```
///
/// An `Err` makes the span a fault, with the error's sources as causes; a response is kept as metadata. What it
/// becomes is a [`TracedCall`], which says how by hand.
///
/// A response that is not `Serialize` does not compile, unless it is said that it is not kept:
///
/// ```compile_fail
/// # use powertools_tracer::traced;
/// struct Order;
///
/// #[traced]
/// fn find() -> Order {
///     Order
/// }
/// ```
///
/// ```
/// # use powertools_tracer::traced;
/// # struct Order;
/// #[traced(capture_response = false)]
/// fn find() -> Order {
///     Order
/// }
/// ```
///
/// Nor does one that mentions what it was told to leave out:
///
/// ```compile_fail
/// # use powertools_tracer::traced;
/// #[traced(fields(secret), skip(secret))]
/// fn sign(secret: &str) -> usize {
///     secret.len()
/// }
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::traced;
