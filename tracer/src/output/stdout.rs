use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use powertools_core::{LineSink, StdoutSink, TimestampFormatter, write_line};

use super::{
    ExportError, Exporter,
    document::{Trim, write_own},
};
use crate::{Batch, Span};

/// The longest line: CloudWatch takes events of at most 1 MiB, of which it counts 26 bytes as its own.
const LONGEST: usize = 1024 * 1024 - 26;

/// What one long line may leave behind, in bytes.
const KEPT: usize = 64 * 1024;

/// Writes each span as one line of JSON: an X-Ray subsegment, with `level` and `timestamp` before it.
///
/// With these two, Lambda's JSON log format takes the line for what it is, and Logs Insights finds its
/// members as it finds those of other lines.
///
/// A line is not longer than the 1,048,550 bytes that an event of CloudWatch Logs has room for. A span that has
/// more loses long values first and then all but ids, times and its name, and `cut` in the namespace `powertools`
/// of its metadata says so. Format: CloudWatch Logs' API reference, "PutLogEvents".
pub struct JsonLinesExporter {
    sink: Arc<dyn LineSink>,
    buffers: Mutex<(Vec<u8>, TimestampFormatter)>,
}

impl JsonLinesExporter {
    /// Writes to stdout.
    pub fn new() -> Self {
        Self::to(StdoutSink)
    }

    /// Writes to `sink`.
    pub fn to(sink: impl LineSink) -> Self {
        Self { sink: Arc::new(sink), buffers: Mutex::default() }
    }
}

impl Default for JsonLinesExporter {
    fn default() -> Self {
        Self::new()
    }
}

impl Exporter for JsonLinesExporter {
    fn export(&self, batch: &Batch) -> Result<(), ExportError> {
        // The sink may be anybody's code, so the lock is not held while it runs.
        let (mut line, mut time) = std::mem::take(&mut *self.lock());
        for span in batch.spans() {
            write_span(&mut line, batch, &span, time.format(batch.at()));
            write_line(&self.sink, &line);
        }
        line.shrink_to(KEPT);
        *self.lock() = (line, time);
        Ok(())
    }

    fn wants_faas_attributes(&self) -> bool {
        false
    }
}

impl JsonLinesExporter {
    fn lock(&self) -> std::sync::MutexGuard<'_, (Vec<u8>, TimestampFormatter)> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for JsonLinesExporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLinesExporter").finish_non_exhaustive()
    }
}

/// Writes the line of a span, shortened as far as it has to be.
fn write_span(line: &mut Vec<u8>, batch: &Batch, span: &Span<'_>, time: &[u8]) {
    for trim in Trim::MORE_AND_MORE {
        line.clear();
        line.extend_from_slice(b"{\"level\":\"INFO\",\"timestamp\":\"");
        line.extend_from_slice(time);
        line.extend_from_slice(b"\",");
        write_own(line, batch, span, trim);
        line.extend_from_slice(b"}\n");
        if line.len() <= LONGEST {
            break;
        }
    }
}
