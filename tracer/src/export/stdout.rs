use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use powertools_core::{LineSink, StdoutSink, TimeText, write_line};

use super::{
    ExportError, Exporter,
    document::{Trim, write_own},
};
use crate::Batch;

/// Writes each span as one line of JSON: an X-Ray subsegment, with `level` and `timestamp` before it.
///
/// With these two, Lambda's JSON log format takes the line for what it is, and Logs Insights finds its
/// members as it finds those of other lines.
pub struct JsonLines {
    sink: Arc<dyn LineSink>,
    buffers: Mutex<(Vec<u8>, TimeText)>,
}

impl JsonLines {
    /// Writes to stdout.
    pub fn new() -> Self {
        Self::to(StdoutSink)
    }

    /// Writes to `sink`.
    pub fn to(sink: impl LineSink) -> Self {
        Self { sink: Arc::new(sink), buffers: Mutex::default() }
    }
}

impl Default for JsonLines {
    fn default() -> Self {
        Self::new()
    }
}

impl Exporter for JsonLines {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        // The sink may be anybody's code, so the lock is not held while it runs.
        let (mut line, mut time) = std::mem::take(&mut *self.lock());
        for span in batch.spans() {
            line.clear();
            line.extend_from_slice(b"{\"level\":\"INFO\",\"timestamp\":\"");
            line.extend_from_slice(time.of(batch.at()));
            line.extend_from_slice(b"\",");
            write_own(&mut line, batch, &span, Trim::Nothing);
            line.extend_from_slice(b"}\n");
            write_line(&self.sink, &line);
        }
        *self.lock() = (line, time);
        Ok(())
    }

    fn wants_faas_attributes(&self) -> bool {
        false
    }
}

impl JsonLines {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Vec<u8>, TimeText)> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}
