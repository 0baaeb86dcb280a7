//! Subsegments for the X-Ray daemon.

mod datagram;

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use super::{
    ExportError, Exporter,
    datagram::{DatagramSink, LARGEST, RateLimit, UdpSink},
};
use crate::Batch;
use datagram::Datagrams;

/// Sends spans as subsegments to the X-Ray daemon, which Lambda runs beside a traced function.
///
/// A datagram is `{"format":"json","version":1}`, a line feed and one document; children lie in the
/// document of their parent as long as there is room. After each 64 kB or so it waits a millisecond, for the
/// daemon to take up what the socket holds. Format: AWS X-Ray's developer guide, "Sending
/// trace data to AWS X-Ray" and "Segment documents".
pub struct XRayExporter<S = UdpSink> {
    sink: S,
    largest: usize,
    buffer: Mutex<Vec<u8>>,
}

impl XRayExporter {
    /// Sends to a daemon at `address`, such as `127.0.0.1:2000`.
    pub fn to_daemon(address: impl Into<String>) -> Self {
        Self::new(UdpSink::new(address))
    }
}

impl<S: DatagramSink> XRayExporter<S> {
    /// Sends to `sink`.
    pub fn new(sink: S) -> Self {
        Self { sink, largest: LARGEST, buffer: Mutex::default() }
    }

    /// Sets how large datagrams may be, in bytes: 65,507 at most and 1,024 at least.
    #[must_use]
    pub fn max_datagram_size(mut self, bytes: usize) -> Self {
        self.largest = bytes.clamp(1024, LARGEST);
        self
    }
}

impl<S: DatagramSink> Exporter for XRayExporter<S> {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        // The sink may be anybody's code, so the lock is not held while it runs.
        let buffer = std::mem::take(&mut *self.lock());
        let mut datagrams = Datagrams::new(batch, self.largest, buffer);
        let mut result = Ok(());
        let mut rate_limit = RateLimit::default();
        while let Some(datagram) = datagrams.next() {
            rate_limit.step(datagram.len());
            result = self.sink.send(datagram).and(result);
        }
        *self.lock() = datagrams.into_buffer();
        Ok(result?)
    }

    fn wants_faas_attributes(&self) -> bool {
        false
    }
}

impl<S> XRayExporter<S> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> fmt::Debug for XRayExporter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XRay").field("largest", &self.largest).finish_non_exhaustive()
    }
}
