use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use powertools_core::{BuilderDefaults, Clock, Invocation};
use serde_json::Value;

use crate::{
    CallId, CanonicalForm, Digest, Event, IdempotencyBuilder, IdempotencyError, KeyFrom,
    OnInProgress, OnMissingKey, OnMissingPart, OnRecordFailure, Outcome, PersistenceStore, Record,
    ResultCodec,
    budget::{TimeBudget, TimeLimits},
    cache::ResultCache,
    protocol,
    registry::Registration,
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
    pub(crate) time_limits: TimeLimits,
    /// Whether operations stop at the end of their lease.
    pub(crate) stop_at_lease_end: bool,
    /// Whether this runs on Lambda, where every call has an invocation.
    pub(crate) is_on_lambda: bool,
    pub(crate) has_warned: AtomicBool,
    /// How long a lease lasts that is extended while the operation runs.
    pub(crate) heartbeat: Option<Duration>,
    /// Whether a result of this operation has been read back in this process.
    pub(crate) has_checked_replay: AtomicBool,
    pub(crate) digest: Digest,
    /// In which form JSON is hashed, and by that with whose records these are shared.
    pub(crate) form: CanonicalForm,
    pub(crate) on_missing_key: OnMissingKey,
    pub(crate) on_missing_part: OnMissingPart,
    /// Whether the tenant of the invocation is a part of the key.
    pub(crate) tenant_in_key: bool,
    pub(crate) on_in_progress: OnInProgress,
    pub(crate) on_record_failure: OnRecordFailure,
    pub(crate) cache: Option<ResultCache>,
    pub(crate) codec: Option<Box<dyn ResultCodec>>,
    pub(crate) hook: Option<Box<Hook>>,
    pub(crate) listener: Option<Box<Listener>>,
    pub(crate) log_events: bool,
    pub(crate) disabled: bool,
    /// Keeps the prefix reserved while the operation is alive.
    pub(crate) _registration: Option<Registration>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Idempotency<()> {
    /// Starts to configure operations with the clock and the environment of other utilities.
    ///
    /// [`IdempotencyBuilder::operation`] then names the operation and its store.
    pub fn builder_with(defaults: BuilderDefaults) -> IdempotencyBuilder<()> {
        IdempotencyBuilder::new(defaults)
    }
}

impl<S: PersistenceStore> Idempotency<S> {
    /// Starts to configure an operation by its name and the store of its records.
    pub fn builder(name: impl Into<String>, store: S) -> IdempotencyBuilder<S> {
        Idempotency::builder_with(BuilderDefaults::default()).operation(name, store)
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

    /// Divides the time from now on until the invocation's deadline, if that is known.
    pub(crate) fn budget(&self) -> TimeBudget {
        let invocation = Invocation::current();
        if invocation.is_none() {
            self.warn_without_invocation();
        }
        let deadline = invocation.and_then(|it| it.deadline());
        let remaining = deadline.and_then(|deadline| remaining(deadline, self.clock.now()));
        self.time_limits.divide(remaining)
    }

    /// Returns how long a call may wait for another attempt: never past the invocation's deadline.
    pub(crate) fn patience(&self) -> Duration {
        match self.on_in_progress {
            OnInProgress::Refuse => Duration::ZERO,
            OnInProgress::Wait(limit) => self.budget().wait(limit),
        }
    }

    /// Warns once: a task that was spawned without its invocation has a lease that knows nothing of the deadline.
    fn warn_without_invocation(&self) {
        if self.is_on_lambda && !self.has_warned.swap(true, Ordering::Relaxed) {
            let lease_seconds = self.time_limits.default_lease.as_secs_f64();
            tracing::warn!(
                idempotency_operation = self.name,
                idempotency_lease_seconds = lease_seconds,
                "no invocation is current, so leases last for the default instead of until the deadline; \
                 spawn tasks with `.in_current_span()` or `Invocation::scope`"
            );
        }
    }

    /// Returns when a record expires that is written now, in seconds since 1970: not before its lease.
    pub(crate) fn expires_at(&self, now_ms: u64, lease_until: u64) -> u64 {
        let period = u64::try_from(self.expires_after.as_millis()).unwrap_or(u64::MAX);
        protocol::expires_at(now_ms, period, lease_until)
    }

    /// Returns whether records are shared with another implementation, whose keys are made as that makes them.
    pub(crate) fn is_shared(&self) -> bool {
        self.form != CanonicalForm::Exact
    }

    /// Returns the digest of a canonical text, as keys have it.
    pub(crate) fn digest_of(&self, canonical: &[u8]) -> String {
        #[cfg(feature = "md5")]
        if self.form == CanonicalForm::TypeScript {
            return self.digest.in_base64(canonical);
        }
        self.digest.in_hex(canonical)
    }

    pub(crate) fn key_of(&self, canonical: &[u8]) -> String {
        let digest = self.digest_of(canonical);
        let invocation = Invocation::current().filter(|_| self.tenant_in_key);
        match invocation.as_ref().and_then(Invocation::tenant_id) {
            Some(tenant) => [&self.prefix, "#", tenant, "#", &digest].concat(),
            None => [&self.prefix, "#", &digest].concat(),
        }
    }

    /// Names a call in an error.
    #[cold]
    pub(crate) fn call_id(&self, key: Option<&str>) -> CallId {
        CallId::new(&self.name, key)
    }

    pub(crate) fn emit(&self, event: Event) {
        if self.log_events {
            tracing::info!(
                idempotency_operation = self.name,
                idempotency_event = event.name(),
                "idempotent call"
            );
        }
        if let Some(listener) = &self.listener {
            // An effect may have happened that a panic would keep from being recorded.
            let emitted = catch_unwind(AssertUnwindSafe(|| listener(event)));
            if emitted.is_err() {
                tracing::warn!(
                    idempotency_operation = self.name,
                    idempotency_event = event.name(),
                    "the listener of `on_event` panicked"
                );
            }
        }
    }

    /// Emits the event of a call that failed.
    pub(crate) fn emit_failure<T, E>(&self, outcome: &Result<Outcome<T>, IdempotencyError<T, E>>) {
        if let Err(event) = outcome.as_ref().map_err(Event::of)
            && let Some(event) = event
        {
            self.emit(event);
        }
    }

    /// Returns a result from memory, unless it has expired.
    pub(crate) fn cached(&self, key: &str, now_ms: u64) -> Option<Record> {
        self.cache.as_ref()?.find(key, now_ms)
    }

    pub(crate) fn keep(&self, key: &str, record: &Record) {
        if let Some(cache) = &self.cache {
            cache.insert(key, record);
        }
    }
}

/// How far from now the deadline of a running invocation can be: Lambda's longest timeout, and a minute for clocks.
const FARTHEST_DEADLINE: Duration = Duration::from_secs(16 * 60);

/// Returns how much time remains before `deadline`; `None` where it is that of another clock, such as the one of a
/// test in which time stands still.
fn remaining(deadline: SystemTime, now: SystemTime) -> Option<Duration> {
    let (distance, remaining) = match deadline.duration_since(now) {
        Ok(left) => (left, left),
        Err(error) => (error.duration(), Duration::ZERO),
    };
    (distance <= FARTHEST_DEADLINE).then_some(remaining)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadline_of_another_clock_is_unknown() {
        let now = UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        assert_eq!(remaining(now + minutes(15), now), Some(minutes(15)));
        assert_eq!(remaining(now - minutes(1), now), Some(Duration::ZERO), "past its deadline");
        assert_eq!(remaining(now - minutes(60), now), None);
        assert_eq!(remaining(now + minutes(60), now), None);
    }
}
