//! What the utilities of Powertools for AWS Lambda share.
//!
//! Users normally meet this crate through a utility such as `powertools-logger`. It holds:
//!
//! - [`Config`]: the typed configuration, read once from the [`Environment`]
//! - [`Invocation`]: the facts of one invocation, and the scope in which they are found again
//! - [`ColdStart`]: the process's one cold-start flag
//! - [`TraceHeader`]: the trace header of X-Ray
//! - [`Redaction`]: what is redacted in logs, traces and error messages
//! - [`Levels`]: a level for everything and levels for targets, as the environment says them
//! - [`ErrorTypes`]: the names that errors choose, in logs, traces and for Lambda
//! - [`Clock`]: where the time comes from, so that tests own it
//! - [`LineSink`]: where finished lines go; the only code that writes to stdout
//! - [`json`]: writing JSON into a reused buffer
//! - [`event`]: reading and showing the JSON of an event
//! - [`Watchdog`]: calls back shortly before an invocation's deadline
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
