use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use crate::{
    record::{Arena, Record, Span},
    trace::Trace,
};

/// Spans of one invocation that are handed on together.
pub struct Batch {
    pub(crate) arena: Arena,
    pub(crate) trace: Arc<Trace>,
    pub(crate) at: OnceLock<SystemTime>,
    pub(crate) with_open: bool,
    /// Whether the invocation was over before: nobody should wait for these spans.
    #[cfg_attr(not(feature = "otel"), expect(dead_code, reason = "asked by who could wait"))]
    pub(crate) is_late: bool,
    pub(crate) dropped: u64,
}

impl Batch {
    /// Returns the trace id in X-Ray's form.
    pub fn trace_id(&self) -> &str {
        self.trace.header().trace_id()
    }

    /// Returns the service.
    pub fn service(&self) -> &str {
        self.trace.service()
    }

    /// Returns the namespace of the service's metadata.
    pub(crate) fn namespace(&self) -> &str {
        self.trace.namespace()
    }

    /// Returns when the batch was handed on, which is until when spans that are not over are known.
    pub fn at(&self) -> SystemTime {
        *self.at.get_or_init(|| self.trace.settings().clock.now())
    }

    /// Returns how many spans were not captured because the invocation had too many.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Returns the spans in the order they began, so that each comes after its parent.
    ///
    /// Spans that are not over are only among them when the invocation ends or its deadline is near; once
    /// they are over they come again, with the same id.
    pub fn spans(&self) -> impl Iterator<Item = Span<'_>> {
        let sent = self.arena.spans.iter().filter(|record| self.has(record));
        sent.map(|record| Span { arena: &self.arena, record })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.arena.spans.iter().all(|record| !self.has(record))
    }

    pub(crate) fn has(&self, record: &Record) -> bool {
        !record.sent && (self.with_open || record.end.is_some())
    }
}

impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.spans()).finish()
    }
}
