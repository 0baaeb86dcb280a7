use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use powertools_core::TraceHeader;

use super::{Arena, Record, Span};

/// The trace that a batch is of, as far as exporters ask for it.
///
/// A trait, because the trace itself makes batches: exporters see the model and not what fills it.
pub(crate) trait Origin: Send + Sync {
    fn header(&self) -> &TraceHeader;
    fn service(&self) -> &str;
    fn namespace(&self) -> &str;
    fn now(&self) -> SystemTime;
}

/// Spans of one invocation that are exported together.
pub struct Batch {
    pub(crate) arena: Arena,
    pub(crate) origin: Arc<dyn Origin>,
    pub(crate) at: OnceLock<SystemTime>,
    pub(crate) with_open: bool,
    /// Whether the invocation was over before: no caller should wait for these spans.
    #[cfg_attr(not(feature = "otel"), expect(dead_code, reason = "asked by who could wait"))]
    pub(crate) is_late: bool,
    pub(crate) dropped: u64,
}

impl Batch {
    /// Returns the trace id in X-Ray's form.
    pub fn trace_id(&self) -> &str {
        self.header().trace_id()
    }

    /// Returns the service.
    pub fn service(&self) -> &str {
        self.origin.service()
    }

    pub(crate) fn header(&self) -> &TraceHeader {
        self.origin.header()
    }

    /// Returns the namespace of the service's metadata.
    pub(crate) fn namespace(&self) -> &str {
        self.origin.namespace()
    }

    /// Returns when the batch was exported: the time up to which spans that are not over are known.
    pub fn at(&self) -> SystemTime {
        *self.at.get_or_init(|| self.origin.now())
    }

    /// Returns how many spans were not captured because the invocation had too many.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Returns the spans in the order they began, so that each comes after its parent.
    ///
    /// Spans that are not over are only among them when the invocation ends or its deadline is near; once
    /// they are over they are exported again, with the same id.
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
