use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use crate::Record;

/// Results in memory, bounded by their number and by their bytes; the least recently used leave first.
pub(crate) struct ResultCache(Mutex<Records>);

struct Records {
    records: LruCache<String, Record>,
    bytes: usize,
    max_bytes: usize,
}

impl ResultCache {
    pub(crate) fn new(max_results: NonZeroUsize, max_bytes: usize) -> Self {
        Self(Mutex::new(Records { records: LruCache::new(max_results), bytes: 0, max_bytes }))
    }

    /// Returns a result, unless it has expired.
    pub(crate) fn find(&self, key: &str, now_ms: u64) -> Option<Record> {
        let mut cache = self.lock();
        let record = cache.records.get(key)?;
        if !record.is_expired(now_ms) {
            return Some(record.clone());
        }
        let expired = cache.records.pop_entry(key);
        cache.forget(expired);
        None
    }

    pub(crate) fn insert(&self, key: &str, record: &Record) {
        let size = bytes_of(key, record);
        let mut cache = self.lock();
        if size > cache.max_bytes {
            return;
        }
        let displaced = cache.records.push(key.to_owned(), record.clone());
        cache.bytes += size;
        cache.forget(displaced);
        while cache.bytes > cache.max_bytes {
            let oldest = cache.records.pop_lru();
            cache.forget(oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    fn forget(&mut self, entry: Option<(String, Record)>) {
        let size = entry.map_or(0, |(key, record)| bytes_of(&key, &record));
        self.bytes = self.bytes.saturating_sub(size);
    }
}

/// Returns about how much memory an entry takes.
fn bytes_of(key: &str, record: &Record) -> usize {
    let texts = [record.data.as_deref(), record.validation.as_deref()];
    let texts: usize = texts.into_iter().flatten().map(str::len).sum();
    size_of::<Record>() + key.len() + texts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    fn record(data: &str) -> Record {
        let (status, data) = (Status::Completed, Some(data.to_owned()));
        Record { status, expires_at: 100, lease: None, data, validation: None }
    }

    #[test]
    fn least_recently_used_results_leave_when_bytes_exceed_the_limit() {
        let cache = ResultCache::new(NonZeroUsize::new(100).unwrap(), 4000);
        for key in ["a", "b", "c"] {
            cache.insert(key, &record(&"x".repeat(1000)));
            cache.insert(key, &record(&"y".repeat(1000)));
        }
        cache.insert("large", &record(&"x".repeat(5000)));
        assert!(cache.find("a", 0).is_some(), "replacing an entry does not count it twice");
        cache.insert("d", &record(&"x".repeat(1000)));
        let present = ["a", "b", "c", "d", "large"].map(|key| cache.find(key, 0).is_some());
        assert_eq!(present, [true, false, true, true, false]);
    }

    #[test]
    fn expired_results_are_forgotten() {
        let cache = ResultCache::new(NonZeroUsize::new(2).unwrap(), 4000);
        cache.insert("a", &record("1"));
        assert!(cache.find("a", 100_999).is_some());
        assert!(cache.find("a", 101_000).is_none());
        assert_eq!(cache.lock().bytes, 0);
    }
}
