use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lru::LruCache;
use powertools_core::{Clock, Invocation};
use serde_json::Value;

use crate::{
    CallId, Digest, Event, IdempotencyBuilder, KeyFrom, MissingKey, PersistenceStore, Record,
    Unrecorded, WhileInProgress, machine,
};

/// Changes a result before it is replayed.
pub(crate) type Hook = dyn Fn(Value, &Record) -> Value + Send + Sync;

/// Hears what happens to calls.
pub(crate) type Listener = dyn Fn(Event) + Send + Sync;

/// Runs one operation once a key; a clone is cheap and shares everything.
///
/// All settings belong to the operation. Several operations may share a store.
pub struct Idempotency<S>(Arc<Shared<S>>);

struct Shared<S> {
    settings: Settings,
    store: S,
}

/// What an operation was configured with.
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) prefix: String,
    pub(crate) key_from: KeyFrom,
    pub(crate) validate: Option<KeyFrom>,
    pub(crate) expires_after: Duration,
    pub(crate) default_lease: Duration,
    pub(crate) digest: Digest,
    /// Whether records look as those of Powertools for Python, which know no owners.
    pub(crate) python: bool,
    pub(crate) missing_key: MissingKey,
    pub(crate) while_in_progress: WhileInProgress,
    pub(crate) unrecorded: Unrecorded,
    pub(crate) cache: Option<Mutex<LruCache<String, Record>>>,
    pub(crate) hook: Option<Box<Hook>>,
    pub(crate) listener: Option<Box<Listener>>,
    pub(crate) log_events: bool,
    pub(crate) disabled: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

impl<S: PersistenceStore> Idempotency<S> {
    /// Starts to configure an operation by its name and the store of its records.
    pub fn builder(name: impl Into<String>, store: S) -> IdempotencyBuilder<S> {
        IdempotencyBuilder::new(name.into(), store)
    }

    pub(crate) fn new(settings: Settings, store: S) -> Self {
        Self(Arc::new(Shared { settings, store }))
    }

    /// Returns the store.
    pub fn store(&self) -> &S {
        &self.0.store
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

impl Settings {
    /// Returns milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> u64 {
        let since = self.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns how long an attempt may run that begins now: until the invocation's deadline, if it is known.
    ///
    /// What runs past its deadline is not on Lambda, or the deadline was wrong: it is as if unknown.
    pub(crate) fn time_left(&self) -> Duration {
        let left = self.until_deadline().filter(|left| left.as_millis() > 0);
        left.unwrap_or(self.default_lease)
    }

    /// Returns how long a call may wait: never past the invocation's deadline.
    pub(crate) fn patience(&self) -> Duration {
        match self.while_in_progress {
            WhileInProgress::Refuse => Duration::ZERO,
            WhileInProgress::Wait(limit) => {
                self.until_deadline().map_or(limit, |left| limit.min(left))
            }
        }
    }

    fn until_deadline(&self) -> Option<Duration> {
        Invocation::current()?.remaining(self.clock.now())
    }

    /// Returns when a record expires that is written now, in seconds since 1970: not before its lease.
    pub(crate) fn expires_at(&self, now_ms: u64, lease_until: u64) -> u64 {
        let period = u64::try_from(self.expires_after.as_millis()).unwrap_or(u64::MAX);
        machine::expires_at(now_ms, period, lease_until)
    }

    pub(crate) fn key_of(&self, canonical: &str) -> String {
        [self.prefix.as_str(), "#", &self.digest.of(canonical)].concat()
    }

    /// Names a call in an error.
    #[cold]
    pub(crate) fn call_id(&self, key: Option<&str>) -> CallId {
        CallId::new(&self.name, key)
    }

    pub(crate) fn tell(&self, event: Event) {
        if self.log_events {
            tracing::info!(operation = self.name, event = event.name(), "idempotent call");
        }
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }

    /// Returns a result from memory, unless it has expired.
    pub(crate) fn cached(&self, key: &str, now_ms: u64) -> Option<Record> {
        let mut cache = self.cache.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let record = cache.get(key)?;
        if record.is_expired(now_ms) {
            cache.pop(key);
            return None;
        }
        Some(record.clone())
    }

    pub(crate) fn keep(&self, key: &str, record: &Record) {
        if let Some(cache) = &self.cache {
            let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.put(key.to_owned(), record.clone());
        }
    }
}

/// Returns the time of milliseconds since 1970.
pub(crate) fn time_of(ms: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(ms))
}

impl<S> Clone for Idempotency<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> fmt::Debug for Idempotency<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idempotency").field("name", &self.0.settings.name).finish_non_exhaustive()
    }
}
