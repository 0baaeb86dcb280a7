use std::sync::{Arc, Mutex, PoisonError};

use super::LineSink;

/// Collects lines in memory for tests; clones share the lines.
#[derive(Clone, Debug, Default)]
pub struct MemorySink(Arc<Mutex<Vec<u8>>>);

impl MemorySink {
    /// Creates an empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the lines that have been written, without their line feeds.
    pub fn lines(&self) -> Vec<String> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
    }

    /// Removes the lines and keeps the allocation.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl LineSink for MemorySink {
    fn write_line(&self, line: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(line);
    }

    fn is_shown(&self) -> bool {
        false
    }
}
