use bytes::Bytes;

use crate::Invocation;

/// The bytes of an event, kept by a layer that is configured to keep them.
struct EventBytes(Bytes);

impl Invocation {
    /// Returns the bytes of the event as they were received, if
    /// [`InvocationLayer::keep_event`](super::InvocationLayer::keep_event) is set.
    pub fn raw_event(&self) -> Option<&[u8]> {
        Some(&self.extension::<EventBytes>()?.0)
    }

    /// Keeps the bytes of the event as long as the invocation exists; if there already are some, those stay.
    pub fn keep_raw_event(&self, event: impl Into<Bytes>) {
        self.extension_or_init(|| EventBytes(event.into()));
    }
}
