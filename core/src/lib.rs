//! The foundation that the utilities of Powertools for AWS Lambda share.
//!
//! You normally use this crate through a utility such as `powertools-logger`. It contains:
//!
//! - [`Config`]: the typed configuration, read once from the [`Environment`]
//! - [`Invocation`]: the properties of one invocation, and the scope in which code finds it
//! - [`ColdStart`]: the cold-start flag of the process
//! - [`TraceHeader`]: the X-Ray trace header
//! - [`Redaction`]: what is redacted in logs, traces, and error messages
//! - [`Levels`]: a default level and levels for targets, in the syntax of the environment variables
//! - [`ErrorTypes`]: the names that errors choose for logs, traces, and Lambda
//! - [`Clock`]: the source of the current time, which tests can control
//! - [`LineSink`]: the destination of finished lines; the only code that writes to stdout
//! - [`json`]: writing JSON into a reused buffer
//! - [`event`]: reading and redacting the JSON of an event
//! - [`Watchdog`]: callbacks shortly before the deadline of an invocation
//! - `lambda` (feature `lambda-runtime`): the tower layer that opens an invocation
//!
//! ```
//! use powertools_core::Invocation;
//!
//! let invocation = Invocation::builder("8f1c").function_name("checkout").build();
//! invocation.in_scope(|| {
//!     let found = Invocation::current().expect("the scope above is open");
//!     assert_eq!(found.request_id(), "8f1c");
//! });
//! assert!(Invocation::current().is_none());
//! ```

mod builder_defaults;
mod clock;
mod cold_start;
mod config;
mod environment;
mod error_types;
pub mod event;
#[cfg(feature = "aws-sdk")]
mod expected_error;
mod hex;
mod invocation;
pub mod json;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
mod levels;
mod panic;
mod redaction;
mod sink;
mod span_storage;
pub mod testing;
mod timestamp;
mod trace_header;
mod watchdog;

pub use builder_defaults::BuilderDefaults;
pub use clock::{Clock, ManualClock, SystemClock};
pub use cold_start::{ColdStart, InitializationType};
pub use config::{Config, DEFAULT_SERVICE, LogFormat};
pub use environment::{Environment, Warning};
pub use error_types::{ErrorType, ErrorTypes, chosen_name};
#[cfg(feature = "aws-sdk")]
pub use expected_error::ExpectedError;
pub use hex::hex_digits;
pub use invocation::{
    INVOCATION_TARGET, Invocation, InvocationBuilder, ScopedFuture, SpanId, SpanIds,
};
pub use levels::{Levels, ParseLevelsError, parse_level};
pub use panic::{
    PANIC, PANIC_TARGET, install_panic_hook, note_panic_shown, panic_message, report_panic,
};
pub use redaction::{FieldRules, REDACTED, Redaction, Visibility};
pub use sink::{LineSink, MemorySink, StdoutSink, WriterSink, warn_on_stderr, write_line};
pub use span_storage::SpanStorage;
pub use timestamp::TimestampFormatter;
pub use trace_header::TraceHeader;
pub use watchdog::{WatchGuard, Watchdog};
