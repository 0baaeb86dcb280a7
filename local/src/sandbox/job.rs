use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderMap;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::outcome::{FunctionError, Outcome};

/// An invocation nobody has asked for yet.
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) invocation_id: String,
    pub(crate) trace_header: String,
    /// The headers that do not depend on the time it is handed out.
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
    pub(crate) timeout: Duration,
    pub(crate) submitted: Instant,
    pub(crate) done: oneshot::Sender<Outcome>,
}

/// An invocation the function works on.
pub(super) struct Running {
    pub(super) job: Job,
    pub(super) deadline_ms: u64,
    pub(super) started: Instant,
    pub(super) start: Start,
    pub(super) answer: Option<(Answer, Instant)>,
    pub(super) timer: AbortHandle,
}

/// Whether, and how long, the process had to be started for an invocation.
#[derive(Clone, Copy, Default)]
pub(super) struct Start {
    pub(super) cold: bool,
    pub(super) init_duration: Option<Duration>,
    /// Whether the start is part of the invocation, as that of a process that replaces another.
    pub(super) is_in_invoke: bool,
}

/// What the function answered.
pub(crate) enum Answer {
    Payload(Vec<Bytes>),
    Error(FunctionError),
    /// A stream that broke off: what was sent before, and why.
    Broken(Vec<Bytes>, FunctionError),
}

impl Answer {
    /// The body's pieces and the error, if it is one.
    pub(super) fn into_parts(self) -> (Vec<Bytes>, Option<FunctionError>) {
        match self {
            Self::Payload(chunks) => (chunks, None),
            Self::Error(error) => (vec![error.body.clone()], Some(error)),
            Self::Broken(chunks, error) => (chunks, Some(error)),
        }
    }
}
