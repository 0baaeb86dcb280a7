//! What the utilities of Powertools for AWS Lambda share.
//!
//! Users normally meet this crate through a utility such as `powertools-logger`. It holds:
//!
//! - [`Config`]: the typed configuration, read once from the [`Environment`]
//! - [`Invocation`]: the facts of one invocation, and the scope in which they are found again
//! - [`ColdStart`]: the process's one cold-start flag
//! - [`TraceHeader`]: the trace header of X-Ray
//! - [`Redaction`]: what is left out of logs, traces and error messages
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
mod shared;
mod sink;
mod span_slots;
pub mod testing;
mod time_text;
mod trace_header;
mod watchdog;

pub use clock::{Clock, ManualClock, SystemClock};
pub use cold_start::{ColdStart, InitializationType};
pub use config::{Config, LogFormat, NO_SERVICE};
pub use environment::{Environment, Warning};
pub use error_types::{ErrorType, ErrorTypes, chosen_name};
#[cfg(feature = "aws-sdk")]
pub use expected_error::ExpectedError;
pub use hex::hex_digits;
pub use invocation::{INVOCATION_TARGET, Invocation, InvocationBuilder, Scoped, SpanId, SpanIds};
pub use levels::{Levels, ParseLevelsError, parse_level};
pub use panic::{
    PANIC, PANIC_TARGET, install_panic_hook, note_panic_shown, panic_message, report_panic,
};
pub use redaction::{FieldRules, REDACTED, Redaction, Visibility};
pub use shared::Shared;
pub use sink::{LineSink, MemorySink, StdoutSink, WriterSink, warn_on_stderr, write_line};
pub use span_slots::SpanSlots;
pub use time_text::TimeText;
pub use trace_header::TraceHeader;
pub use watchdog::{Watch, Watchdog};
