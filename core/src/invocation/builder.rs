use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{Inner, Invocation};
use crate::TraceHeader;

/// The longest timeout of Lambda, and some time for the difference between clocks.
const LONGEST: Duration = Duration::from_secs(15 * 60 + 30);

/// Builds an [`Invocation`].
#[derive(Default)]
#[must_use]
pub struct InvocationBuilder(Inner);

impl fmt::Debug for InvocationBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationBuilder")
            .field("request_id", &self.0.request_id)
            .finish_non_exhaustive()
    }
}

impl InvocationBuilder {
    pub(super) fn new(request_id: String) -> Self {
        Self(Inner { request_id, ..Inner::default() })
    }

    /// Sets the function's name.
    pub fn function_name(mut self, name: impl Into<String>) -> Self {
        self.0.function_name = name.into();
        self
    }

    /// Sets the function's version.
    pub fn function_version(mut self, version: impl Into<String>) -> Self {
        self.0.function_version = version.into();
        self
    }

    /// Sets the ARN with which the function was invoked.
    pub fn function_arn(mut self, arn: impl Into<String>) -> Self {
        self.0.function_arn = arn.into();
        self
    }

    /// Sets the function's memory in MB.
    pub fn memory_mb(mut self, memory: u32) -> Self {
        self.0.memory_mb = Some(memory);
        self
    }

    /// Sets when the function received the event.
    pub fn started(mut self, at: SystemTime) -> Self {
        self.0.started = Some(at);
        self
    }

    /// Sets the deadline; `now` is the current time.
    ///
    /// A deadline in the past, or one that is further away than the longest timeout of Lambda, counts as unknown,
    /// because local emulators send both.
    pub fn deadline(mut self, deadline: SystemTime, now: SystemTime) -> Self {
        let left = deadline.duration_since(now).unwrap_or_default();
        let plausible = !left.is_zero() && left <= LONGEST;
        self.0.deadline = plausible.then_some(deadline);
        self
    }

    /// Sets the X-Ray trace header; an empty one counts as missing.
    pub fn trace_header(mut self, header: impl Into<String>) -> Self {
        let header = header.into();
        self.0.trace_id = TraceHeader::root_in(&header);
        self.0.trace_header = Some(header).filter(|header| !header.is_empty());
        self
    }

    /// Sets the tenant id; an empty one counts as missing.
    pub fn tenant_id(mut self, tenant: impl Into<String>) -> Self {
        self.0.tenant_id = Some(tenant.into()).filter(|tenant| !tenant.is_empty());
        self
    }

    /// Sets whether this is a cold start.
    pub fn cold_start(mut self, cold_start: bool) -> Self {
        self.0.cold_start = cold_start;
        self
    }

    /// Builds the invocation.
    pub fn build(self) -> Invocation {
        Invocation(Arc::new(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remaining(deadline_ms: u64) -> Option<Duration> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let deadline = SystemTime::UNIX_EPOCH + Duration::from_millis(deadline_ms);
        Invocation::builder("r").deadline(deadline, now).build().remaining(now)
    }

    #[test]
    fn implausible_deadlines_are_unknown() {
        assert_eq!(remaining(1_800_000_003_000), Some(Duration::from_secs(3)));
        assert_eq!(remaining(1_800_000_900_000), Some(Duration::from_secs(900)));
        assert_eq!(remaining(600_000), None, "1970, as cargo-lambda sends");
        assert_eq!(remaining(1_803_000_000_000), None, "34 days, as the emulator sends");
    }

    #[test]
    fn invalid_trace_id_is_none_and_the_header_is_kept() {
        for header in ["Root=;Sampled=1", "Root=1-a-b", "Parent=53995c3f42cd8ad8"] {
            let invocation = Invocation::builder("r").trace_header(header).build();
            assert_eq!((invocation.trace_id(), invocation.trace_header()), (None, Some(header)));
        }
        assert_eq!(Invocation::builder("r").trace_header("").build().trace_header(), None);
    }
}
