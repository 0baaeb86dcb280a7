use std::fmt;

use tracing_subscriber::registry::{Registry, SpanRef};

use super::Invocation;

/// The id that a tracer gave a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(u64);

impl SpanId {
    /// Creates the id of these eight bytes; 0 is none to X-Ray and OpenTelemetry.
    pub fn new(id: u64) -> Self {
        Self(id)
    }

    /// Returns the id as a number.
    pub fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for SpanId {
    /// Writes 16 hex digits, as X-Ray and W3C have them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Tells the ids that a tracer gave the spans of an invocation, so that log lines can carry them.
pub trait SpanIds: Send + Sync + 'static {
    /// Returns the id of `span`, unless it is not traced.
    fn id_of(&self, span: &SpanRef<'_, Registry>) -> Option<SpanId>;
}

impl Invocation {
    /// Has `ids` tell the ids of this invocation's spans, unless something else does so already.
    pub fn set_span_ids(&self, ids: Box<dyn SpanIds>) {
        self.extension_or_init(|| ids);
    }

    /// Returns what tells the ids of this invocation's spans, if it is traced.
    pub fn span_ids(&self) -> Option<&dyn SpanIds> {
        Some(&**self.extension::<Box<dyn SpanIds>>()?)
    }
}
