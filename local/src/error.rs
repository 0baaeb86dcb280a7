use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why this crate could not do what it was asked to.
///
/// What the function itself answers, its errors, crashes and timeouts included, is never an `Error`
/// but a [`FunctionError`](crate::FunctionError) in the [`Outcome`](crate::Outcome).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the builder or of an invocation is out of range.
    #[error("{name} cannot be {value:?}: {remedy}")]
    Setting {
        /// The method that sets it.
        name: &'static str,
        /// The value given.
        value: String,
        /// What would be accepted.
        remedy: &'static str,
    },

    /// No port on the loopback interface could be opened.
    #[error("cannot listen on 127.0.0.1: allow this process to open a loopback port")]
    Listen(#[source] io::Error),

    /// The binary could not be started.
    #[error("cannot start {}: build it first and give its path", path.display())]
    Start {
        /// The binary's path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// The file given to [`Builder::log_file`](crate::Builder::log_file) could not be written.
    #[error("cannot write the log file {}: choose a path in a folder that exists", path.display())]
    LogFile {
        /// The file's path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// A second service was given while the first still runs.
    #[error("{function:?} is served already: start another `Local` for another service")]
    AlreadyServed {
        /// The function's name.
        function: String,
    },

    /// The value to invoke with cannot be written as JSON.
    #[error("the payload cannot be written as JSON")]
    Payload(#[source] serde_json::Error),

    /// The payload is larger than Lambda takes.
    #[error("the payload has {size} bytes: Lambda takes {limit} at most")]
    PayloadTooLarge {
        /// The payload's size in bytes.
        size: usize,
        /// Lambda's limit in bytes.
        limit: usize,
    },

    /// An invocation with the same request id has not ended yet.
    #[error("an invocation {request_id:?} is under way: give each its own request id")]
    DuplicateRequestId {
        /// The id.
        request_id: String,
    },

    /// No runtime asked for the invocation.
    #[error(
        "nothing asked for invocation {request_id} of {function:?} within {waited:?}: \
         call `serve` or `spawn` first, and see whether the function is stuck at its start \
         or in an earlier invocation"
    )]
    NotServed {
        /// The function's name.
        function: String,
        /// The invocation's request id.
        request_id: String,
        /// How long it waited.
        waited: Duration,
    },

    /// The `Local` was shut down or dropped before the function answered.
    #[error(
        "invocation {request_id} ended with its `Local`: keep it alive until the answer is there"
    )]
    ShutDown {
        /// The invocation's request id.
        request_id: String,
    },

    /// The function's answer is not the JSON that was asked for.
    #[error("the answer {answer:?} is not the JSON asked for")]
    Answer {
        /// The beginning of the answer.
        answer: String,
        /// Why.
        source: serde_json::Error,
    },
}
