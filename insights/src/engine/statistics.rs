use crate::LogEvent;

/// The amount of data that a query has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statistics {
    /// Events that passed the filters before the first `stats`, `limit`, `dedup` or `pattern`.
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
