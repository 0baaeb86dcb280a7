//! Structured JSON logs for AWS Lambda: plain `tracing` macros, lines in the Powertools format.
//!
//! ```no_run
//! use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
//! use serde_json::{Value, json};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     let logger = powertools_logger::init();
//!     Runtime::new(service_fn(handler)).layer(logger.runtime_layer()).run().await
//! }
//!
//! async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
//!     tracing::info!(order_id = 17, "order placed");
//!     Ok(json!({"ok": true}))
//! }
//! ```
//!
//! writes one line, with the keys that users of Powertools for AWS Lambda know:
//!
//! ```json
//! {"level":"INFO","location":"checkout:11","message":"order placed","timestamp":"2026-11-20T11:31:18.967Z","service":"checkout","cold_start":true,"function_name":"checkout","function_memory_size":128,"function_arn":"arn:aws:lambda:eu-west-1:123456789012:function:checkout","function_request_id":"6f6f2e2c-…","order_id":17,"xray_trace_id":"1-5759e988-bd862e3fe1be46a994272793"}
//! ```
//!
//! # What goes into a line
//!
//! In this order: the standard members, the invocation's, [persistent keys](LoggerBuilder::persistent_key),
//! keys [appended](append_key) in the invocation, the fields of the spans around the event from the
//! outermost to the innermost, its own fields, its [error](exception), and the trace id. A key stands
//! once in a line; the innermost and latest value wins. A user's key with the name of a standard
//! member keeps its value under that name and an underscore, and is then the same key as one that was
//! given the underscore to begin with. Any value goes: [`json`] logs what
//! `Serialize` can write as nested JSON; NaN and infinities are strings. Fields `otel.…`, which tell tracers how a
//! span is named, are left out. What `#[instrument(ret)]` and `#[instrument(err)]` log has the span's name as message.
//! Key-values of the `log` crate are members too.
//!
//! # Secrets
//!
//! Values of fields, keys and members of nested JSON are `[redacted]` if their name says that they are secret:
//! `password`, `authorization`, `x-api-key` and the others that [`Redaction`] lists. So are the values after such names
//! in text: in messages, errors and their sources, and in what `Debug` prints, such as header maps. URLs lose their user
//! and their query. [`redaction`](LoggerBuilder::redaction) changes the names,
//! [`redact_fields`](LoggerBuilder::redact_fields) and [`without_fields`](LoggerBuilder::without_fields) name single
//! fields.
//!
//! A secret is recognized by the name beside it. `#[instrument]` puts each argument of a function into every line and
//! span, and an argument such as `id` or `line` may hold anything: write `#[instrument(skip_all, fields(order_id))]`,
//! which names what is shown and formats nothing else. This also holds for other subscribers, which redact nothing.
//!
//! While redaction is on, TRACE lines of `lambda_runtime`, `aws_*` and `reqwest` are not shown at any level, because
//! they print events, requests and credentials.
//!
//! # Environment
//!
//! Everything has a default. What code sets wins, except over `AWS_LAMBDA_LOG_LEVEL`. A value that
//! can't be parsed gives one line on stderr that names it and says what is used instead.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AWS_LAMBDA_LOG_LEVEL` | Lambda's own level; wins over everything | |
//! | `POWERTOOLS_LOG_LEVEL`, then `LOG_LEVEL` | what is shown, see [`Levels`]: `info,hyper=warn` | `info` |
//! | `POWERTOOLS_LOGGER_SAMPLE_RATE` | share of invocations, 0 to 1, logged at DEBUG | 0 |
//! | `POWERTOOLS_LOGGER_LOG_EVENT` | log the incoming event, once, at INFO, without [secrets](Redaction) | off |
//! | `POWERTOOLS_SERVICE_NAME` | `service` | `service_undefined` |
//! | `POWERTOOLS_DEV` | indent lines for people | off |
//!
//! At DEBUG, dependencies log much: `LOG_LEVEL=debug,hyper=warn,rustls=warn` quiets them. `RUST_LOG` is not read; one
//! line on stderr says so where nothing else sets a level.

mod as_exception;
mod config;
mod context;
mod init;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
#[cfg(feature = "log")]
mod log_bridge;
mod logger;
mod model;
mod output;
mod pipeline;
mod subscriber;
mod targets;
pub mod testing;
mod value;

pub use powertools_core::{
    Clock, ColdStart, Environment, InitializationType, Invocation, Levels, LineSink, ManualClock,
    MemorySink, ParseLevelsError, REDACTED, Redaction, SpanId, StdoutSink, SystemClock, Warning,
    WriterSink, install_panic_hook,
};

pub use as_exception::AsException;
pub use config::{Buffering, CorrelationId, FindId, LoggerBuilder};
pub use context::{
    ScopedKeys, append_key, clear_buffer, clear_correlation_id, clear_keys, correlation_id,
    current_keys, flush_buffer, remove_key, set_correlation_id,
};
#[cfg(feature = "lambda-runtime")]
pub use context::{find_correlation_id, log_event};
pub use init::{InitError, init};
pub use logger::Logger;
pub use output::{EcsFormatter, ExceptionRecord, Formatter, Object, PowertoolsFormatter, Record};
pub use subscriber::{LogFilter, LogLayer};
pub use value::{Exception, Json, exception, exception_with_backtrace, json};
