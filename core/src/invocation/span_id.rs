use std::{
    fmt::{self, Write},
    sync::Arc,
};

use tracing_subscriber::registry::{Registry, SpanRef};

use super::Invocation;
use crate::hex_digits;

/// The id that a tracer has given a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanId(u64);

impl SpanId {
    /// Creates an id from a number; X-Ray and OpenTelemetry treat 0 as no id.
    pub fn new(id: u64) -> Self {
        Self(id)
    }

    /// Returns the id as a number.
    pub fn value(self) -> u64 {
        self.0
    }

    /// Returns the id as 16 hex digits, as in X-Ray and W3C Trace Context.
    pub fn digits(self) -> [u8; 16] {
        let halves = [(self.0 >> 32) as u32, self.0 as u32].map(hex_digits);
        let mut digits = [0; 16];
        digits.copy_from_slice(halves.as_flattened());
        digits
    }
}

impl fmt::Display for SpanId {
    /// Writes the [digits](Self::digits).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digits().iter().try_for_each(|digit| f.write_char(char::from(*digit)))
    }
}

/// Provides the ids that a tracer has given the spans of an invocation, so that log lines can include them.
pub trait SpanIds: Send + Sync + 'static {
    /// Returns the id of `span`, or `None` if it is not traced.
    fn id_of(&self, span: &SpanRef<'_, Registry>) -> Option<SpanId>;
}

impl Invocation {
    /// Sets the provider of the span ids of this invocation, unless it already has one.
    pub fn set_span_ids(&self, ids: Arc<dyn SpanIds>) {
        self.extension_or_init(|| ids);
    }

    /// Returns the provider of the span ids of this invocation, if it is traced.
    pub fn span_ids(&self) -> Option<&dyn SpanIds> {
        Some(&**self.extension::<Arc<dyn SpanIds>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_sixteen_digits() {
        for id in [0, 1, 0x0123_4567_89ab_cdef, 0x9af0_0fa9_1000_0001, u64::MAX] {
            assert_eq!(SpanId::new(id).to_string(), format!("{id:016x}"));
        }
    }
}
