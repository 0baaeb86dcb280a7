use bytes::Bytes;

use crate::Invocation;

/// The event of an invocation, kept by the layer that was asked to.
struct EventBytes(Bytes);

impl Invocation {
    /// Returns the event's bytes as they came, if [`InvocationLayer::keep_event`](super::InvocationLayer::keep_event)
    /// keeps them.
    pub fn raw_event(&self) -> Option<&[u8]> {
        Some(&self.extension::<EventBytes>()?.0)
    }

    /// Keeps the event's bytes until the invocation is forgotten; the first ones stay.
    pub fn keep_raw_event(&self, event: impl Into<Bytes>) {
        self.extension_or_init(|| EventBytes(event.into()));
    }
}
