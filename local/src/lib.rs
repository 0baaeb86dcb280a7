//! An AWS Lambda Runtime API in your test process.
//!
//! ```
//! use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
//! use powertools_local::Local;
//! use serde_json::{Value, json};
//!
//! async fn greet(event: LambdaEvent<Value>) -> Result<Value, Error> {
//!     let name = event.payload["name"].as_str().ok_or("no name given")?;
//!     Ok(json!({ "greeting": format!("Hello, {name}!") }))
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Error> {
//!     let local = Local::builder("greeter").start().await?;
//!     local.serve(|| Runtime::new(service_fn(greet)))?;
//!
//!     let outcome = local.invoke(&json!({ "name": "Ada" })).await?;
//!     assert_eq!(outcome.json::<Value>()?, json!({ "greeting": "Hello, Ada!" }));
//!     assert!(outcome.cold_start);
//!
//!     let outcome = local.invoke(&json!({})).await?;
//!     assert_eq!(outcome.function_error.unwrap().error_message, "no name given");
//!     Ok(())
//! }
//! ```
//!
//! # What runs
//!
//! [`Local::serve`] and [`Local::serve_concurrent`] run a service in this process, and [`Local::spawn`] runs a built
//! binary as a child process. Each `Local` is one function with a separate port, so a test process may have many.
//!
//! | | in this process | child process |
//! |---|---|---|
//! | environment variables | set while the runtime is built | its own |
//! | output | pass [`Local::log_writer`] to its logger | read from stdout and stderr |
//! | at the deadline | keeps running; its late response is refused with 410 | is killed |
//! | when it ends | every later invocation fails | the next invocation starts it again |
//! | when it ends during its start | the error contains its output | the first invocation starts it once more; the error contains its output |
//!
//! # How it resembles Lambda
//!
//! Deadlines are real, so do not pause Tokio's clock, and so are the limits on payloads. An invocation is done when the
//! function has responded *and* polled for the next one, so the lines that a layer writes after the response are in the
//! log stream when [`Invocation::send`] returns. The log stream is the one that CloudWatch would store, at the default
//! system log level. If a process has ended, its replacement starts within an invocation: `REPORT` includes that time
//! in the duration, and if the start fails, `INIT_REPORT` has `Phase: invoke`.
//!
//! With a [concurrency](Builder::concurrency) above one, the function runs as on Lambda Managed Instances:
//! `AWS_LAMBDA_MAX_CONCURRENCY` is set, the initialization type is `lambda-managed-instances`, no invocation counts as
//! a cold start, Lambda's own lines are JSON, and no process is killed at a deadline, not even a child. Runtimes do not
//! say which of their workers polls, so a function that is never idle has 100 ms after its response to write the lines
//! of an invocation.
//!
//! Retries of asynchronous invocations, the freezing of idle functions, limits on memory and CPU, and the Telemetry API
//! are not simulated. If `AWS_LAMBDA_INITIALIZATION_TYPE` is `snap-start`, the hooks run without a snapshot between
//! them.
//!
#![cfg_attr(not(doctest), doc = include_str!("../with-powertools.md"))]

mod api;
mod builder;
mod clock;
mod environment;
mod error;
mod executor;
mod invocation;
mod local;
mod log;
mod memory;
mod outcome;
mod sandbox;
mod settings;
mod trace;

pub use self::builder::Builder;
pub use self::error::Error;
pub use self::invocation::Invocation;
pub use self::local::Local;
pub use self::log::{LogEvent, LogWriter, Origin};
pub use self::outcome::{FunctionError, Outcome};
pub use self::settings::LogFormat;
