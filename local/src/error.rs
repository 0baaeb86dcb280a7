use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::outcome::write_lines;

/// An error of this crate.
///
/// The function's own errors, crashes and timeouts are never an `Error`, but a [`FunctionError`](crate::FunctionError)
/// in the [`Outcome`](crate::Outcome).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the builder or of an invocation is out of range.
    #[error("{name} cannot be {value:?}: {remedy}")]
    Setting {
        /// The method that sets it.
        name: &'static str,
        /// The invalid value.
        value: String,
        /// The accepted values.
        remedy: &'static str,
    },

    /// No port on the loopback interface could be opened.
    #[error("cannot listen on 127.0.0.1: allow this process to open a loopback port")]
    Listen(#[source] io::Error),

    /// The binary could not be started.
    #[error("cannot start {}: {}", path.display(), remedy(path, source))]
    Start {
        /// The binary's path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// The file given to [`Builder::log_file`](crate::Builder::log_file) could not be written.
    #[error("cannot write the log file {}: choose a path in a folder that exists", path.display())]
    LogFile {
        /// The file's path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },

    /// A second service was added while the first is still running.
    #[error("{function:?} is already being served: start another `Local` for another service")]
    AlreadyServed {
        /// The function's name.
        function: String,
    },

    /// The payload cannot be serialized as JSON.
    #[error("the payload cannot be written as JSON")]
    Payload(#[source] serde_json::Error),

    /// The payload exceeds Lambda's limit.
    #[error("the payload has {size} bytes; Lambda accepts at most {limit}")]
    PayloadTooLarge {
        /// The payload's size in bytes.
        size: usize,
        /// Lambda's limit in bytes.
        limit: usize,
    },

    /// An invocation with the same request id has not ended yet.
    #[error(
        "invocation {request_id:?} is already running: give each invocation its own request id"
    )]
    DuplicateRequestId {
        /// The id.
        request_id: String,
    },

    /// No runtime polled for the invocation.
    #[error(
        "nothing fetched invocation {request_id} of {function:?} within {waited:?}: \
         call `serve` or `spawn` first, and see whether the function is stuck at its start \
         or in an earlier invocation{}",
        Written(written_at_start)
    )]
    NotServed {
        /// The function's name.
        function: String,
        /// The invocation's request id.
        request_id: String,
        /// How long it waited.
        waited: Duration,
        /// The last lines that the process wrote, if it is stuck during its start.
        written_at_start: Vec<String>,
    },

    /// The `Local` was shut down or dropped before the function responded.
    #[error(
        "invocation {request_id} ended with its `Local`: keep it alive until the response arrives"
    )]
    ShutDown {
        /// The invocation's request id.
        request_id: String,
    },

    /// The function's response is not JSON of the requested type.
    #[error("cannot deserialize the response {answer:?}")]
    Answer {
        /// The beginning of the response.
        answer: String,
        /// The cause.
        source: serde_json::Error,
    },
}

/// Returns the remedy for a binary that can't be started.
fn remedy(path: &Path, source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied if path.is_dir() => {
            "it is a folder; give the path of the binary"
        }
        io::ErrorKind::PermissionDenied => "make it executable, such as with `chmod +x`",
        io::ErrorKind::NotFound if path.exists() => {
            "the file exists, but its interpreter or dynamic loader does not; build it for this machine"
        }
        io::ErrorKind::NotFound => "build it first and give its path",
        _ => "give the path of a program that is built for this machine",
    }
}

/// Lines at the end of an error's text.
struct Written<'a>(&'a [String]);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, self.0)
    }
}
