use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::outcome::{FunctionError, Outcome};

/// An invocation that no runtime has received yet.
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) invocation_id: String,
    pub(crate) trace_header: String,
    /// The headers that do not depend on the time of delivery.
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
    pub(crate) timeout: Duration,
    pub(crate) submitted: Instant,
    pub(crate) done: oneshot::Sender<Outcome>,
}

/// An invocation that the function is processing.
pub(super) struct Running {
    pub(super) job: Job,
    pub(super) deadline_ms: u64,
    pub(super) started: Instant,
    pub(super) start: Start,
    pub(super) answer: Option<(Answer, Instant)>,
    pub(super) timer: AbortHandle,
}

/// Whether the process had to be started for an invocation, and how long that took.
#[derive(Clone, Copy, Default)]
pub(super) struct Start {
    pub(super) cold: bool,
    pub(super) init_duration: Option<Duration>,
    /// Whether the start is part of the invocation, because the process replaces another one.
    pub(super) is_in_invoke: bool,
}

/// The function's response.
pub(crate) enum Answer {
    Payload(Vec<Bytes>),
    Error(FunctionError),
    /// An aborted stream: the bytes that were sent before, and the error.
    Broken(Vec<Bytes>, FunctionError),
}

impl Answer {
    /// The pieces of the body, and the error, if any.
    pub(super) fn into_parts(self) -> (Vec<Bytes>, Option<FunctionError>) {
        match self {
            Self::Payload(chunks) => (chunks, None),
            Self::Error(error) => (vec![error.body.clone()], Some(error)),
            Self::Broken(chunks, error) => (chunks, Some(error)),
        }
    }
}
