use crate::LogEvent;

/// How much a query read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Events that the filters before the first `stats`, `limit`, `dedup` or `pattern` let through.
    pub records_matched: u64,
    /// Events that were read.
    pub records_scanned: u64,
    /// Bytes of the messages that were read.
    pub bytes_scanned: u64,
}

impl Statistics {
    pub(super) fn scan(&mut self, event: &LogEvent<'_>) {
        self.records_scanned += 1;
        self.bytes_scanned += event.message.len() as u64;
    }
}
