use std::fmt;

use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::Invocation;

/// The id that a tracer gave a span, in the span's extensions, where log lines find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(u64);

/// Tells that spans of this invocation may have a [`SpanId`].
struct HasSpanIds;

impl SpanId {
    /// Creates the id of these eight bytes; 0 is none to X-Ray and OpenTelemetry.
    pub fn new(id: u64) -> Self {
        Self(id)
    }

    /// Returns the id as a number.
    pub fn value(self) -> u64 {
        self.0
    }

    /// Returns the id of `span`, or of its nearest ancestor that has one.
    pub fn of_span<'a, R: LookupSpan<'a>>(span: &SpanRef<'a, R>) -> Option<Self> {
        span.scope().find_map(|span| span.extensions().get::<Self>().copied())
    }
}

impl fmt::Display for SpanId {
    /// Writes 16 hex digits, as X-Ray and W3C have them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Invocation {
    /// Notes that spans of this invocation get a [`SpanId`].
    pub fn note_span_ids(&self) {
        self.extension_or_init(|| HasSpanIds);
    }

    /// Tells whether looking for a [`SpanId`] is worth the while.
    pub fn has_span_ids(&self) -> bool {
        self.extension::<HasSpanIds>().is_some()
    }
}
