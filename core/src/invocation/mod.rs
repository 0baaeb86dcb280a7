use std::{
    any::Any,
    fmt,
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime},
};

mod builder;
mod extensions;
mod scope;
mod span;
mod span_id;

pub use builder::InvocationBuilder;
pub use scope::ScopedFuture;
pub use span::INVOCATION_TARGET;
pub use span_id::{SpanId, SpanIds};

use extensions::Extensions;

/// The properties of one invocation, and the values that utilities attach to it; cloning is cheap, and clones share
/// both.
///
/// Lambda may run many invocations concurrently in one process, so all state of an invocation is attached here and
/// nowhere else. Code finds the invocation in three ways: as a value that is passed to it; by the
/// [scope](Invocation::scope) that is open on its thread; and by the ancestors of the current `tracing` span, so that
/// it is still found in a task that was spawned with `.in_current_span()`.
#[derive(Clone)]
pub struct Invocation(Arc<Inner>);

#[derive(Default)]
struct Inner {
    request_id: String,
    function_name: String,
    function_version: String,
    function_arn: String,
    memory_mb: Option<u32>,
    started: Option<SystemTime>,
    deadline: Option<SystemTime>,
    trace_header: Option<String>,
    trace_id: Option<Range<usize>>,
    tenant_id: Option<String>,
    cold_start: bool,
    extensions: Extensions,
}

impl Invocation {
    /// Returns a builder; all properties except the request id may stay unknown.
    pub fn builder(request_id: impl Into<String>) -> InvocationBuilder {
        InvocationBuilder::new(request_id.into())
    }

    /// Returns the request id, which is the same for each attempt of an asynchronous invocation.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Returns the function's name, or an empty string if it is unknown.
    pub fn function_name(&self) -> &str {
        &self.0.function_name
    }

    /// Returns the function's version, or an empty string if it is unknown.
    pub fn function_version(&self) -> &str {
        &self.0.function_version
    }

    /// Returns the ARN with which the function was invoked, including an alias or version.
    pub fn function_arn(&self) -> &str {
        &self.0.function_arn
    }

    /// Returns the function's memory in MB.
    pub fn memory_mb(&self) -> Option<u32> {
        self.0.memory_mb
    }

    /// Returns how long the invocation has been running at `now`, unless its start is unknown.
    pub fn elapsed(&self, now: SystemTime) -> Option<Duration> {
        Some(now.duration_since(self.0.started?).unwrap_or_default())
    }

    /// Returns when Lambda will end this invocation, unless that is unknown.
    pub fn deadline(&self) -> Option<SystemTime> {
        self.0.deadline
    }

    /// Returns the time that is left at `now`: zero past the deadline, or `None` if there is no deadline.
    pub fn remaining(&self, now: SystemTime) -> Option<Duration> {
        Some(self.0.deadline?.duration_since(now).unwrap_or_default())
    }

    /// Returns the X-Ray trace header as it was received.
    pub fn trace_header(&self) -> Option<&str> {
        self.0.trace_header.as_deref()
    }

    /// Returns the trace id, if the trace header [contains a valid one](crate::TraceHeader::parse).
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_header.as_deref()?.get(self.0.trace_id.clone()?)
    }

    /// Returns the tenant id, if the function uses tenant isolation.
    pub fn tenant_id(&self) -> Option<&str> {
        self.0.tenant_id.as_deref()
    }

    /// Returns whether this is the first invocation of an execution environment that was initialized on demand.
    pub fn is_cold_start(&self) -> bool {
        self.0.cold_start
    }

    /// Returns the value of type `T` that a utility has attached.
    pub fn extension<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.extensions.get()
    }

    /// Returns the value of type `T` that a utility has attached, or attaches the result of `init()` if there is none.
    ///
    /// If two threads call this at the same time, both may call `init`, but only one of the values is kept.
    pub fn extension_or_init<T: Any + Send + Sync>(&self, init: impl FnOnce() -> T) -> &T {
        self.0.extensions.get_or_init(init)
    }

    /// Returns whether both values are the same invocation, and not merely equal ones.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("request_id", &self.0.request_id)
            .field("function_name", &self.0.function_name)
            .finish_non_exhaustive()
    }
}
