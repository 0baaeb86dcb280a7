use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    completion::Completion,
    fenced_write::{Changed, change},
    lease_term::LeaseTerm,
    retry::retried,
};
use crate::{
    Claim, Idempotency, Lease, PersistenceStore, StoreError, WriteOutcome, protocol::RejectedWrite,
};

/// An attempt to run an operation, which holds a lease.
pub struct Attempt<S>(pub(super) Holding<S>);

/// Whether an attempt has a record.
pub(super) enum Holding<S> {
    Lease(Arc<LeaseHandle<S>>),
    /// There is no record: the call has no key, or idempotency is disabled.
    Nothing(Idempotency<S>),
}

/// What an attempt has claimed.
pub(super) struct LeaseHandle<S> {
    pub(super) idempotency: Idempotency<S>,
    pub(super) key: Arc<str>,
    pub(super) validation: Option<String>,
    pub(super) completion: Completion,
    lease: Mutex<Lease>,
}

impl<S: PersistenceStore> Attempt<S> {
    pub(super) fn new(idempotency: Idempotency<S>, key: Arc<str>, claim: Claim) -> Self {
        let Claim { lease, validation, .. } = claim;
        let (completion, lease) = (Completion::default(), Mutex::new(lease));
        let handle = LeaseHandle { idempotency, key, validation, completion, lease };
        Self(Holding::Lease(Arc::new(handle)))
    }

    /// Creates an attempt without a record: the call has no key, or idempotency is disabled.
    pub(super) fn free(idempotency: Idempotency<S>) -> Self {
        Self(Holding::Nothing(idempotency))
    }

    /// Returns the key of the record; `None` where there is no record.
    pub fn key(&self) -> Option<&str> {
        Some(&self.held()?.key)
    }

    /// Returns the lease that the attempt holds; `None` where there is no record.
    pub fn lease(&self) -> Option<Lease> {
        Some(self.held()?.lease())
    }

    /// Holds the lease for `period` from now on, longer or shorter than before.
    ///
    /// [`WriteOutcome::LeaseLost`] means that the lease has ended and another attempt has taken over: stop the operation.
    ///
    /// # Errors
    ///
    /// Those of the store. It is not known then whether the lease was extended; the next request of the attempt finds
    /// out, except on records without owners.
    pub async fn extend(&self, period: Duration) -> Result<WriteOutcome, StoreError> {
        // A record that is completed needs no lease any more.
        let Some(held) = self.held().filter(|held| !held.completion.is_done()) else {
            return Ok(WriteOutcome::Applied);
        };
        let settings = held.idempotency.settings();
        let until = AtomicU64::new(0);
        let extended = change(held, None, async |lease: Lease| {
            let store = held.idempotency.store();
            let ask = || {
                // The period begins with each request, so that a lost answer does not make the lease shorter.
                let LeaseTerm { now_ms, until: end, expires_at } =
                    LeaseTerm::from_now(settings, period);
                until.store(end, Ordering::Relaxed);
                store.extend(&held.key, now_ms, &lease, end, expires_at)
            };
            // A connection that went silent must not cost the lease.
            let limit = settings.budget().record();
            let left = held.time_left();
            retried(if left.is_zero() { limit } else { limit.min(left) }, ask).await
        });
        Ok(match extended.await? {
            Changed::Made => {
                held.set_until(until.into_inner());
                WriteOutcome::Applied
            }
            // Only this attempt completes its record: by a transaction that got no answer yet, which must not be
            // stopped. A completed record is nobody else's until it expires, so that the lease may last.
            Changed::Not(RejectedWrite::Completed) => {
                held.set_until(until.into_inner());
                WriteOutcome::Applied
            }
            Changed::Not(_) => WriteOutcome::LeaseLost,
        })
    }

    /// Returns when the lease ends, in milliseconds since 1970; never where none is needed.
    pub(super) fn until(&self) -> u64 {
        let held = self.held().filter(|held| !held.completion.is_done());
        held.map_or(u64::MAX, |held| held.lock().until)
    }

    /// Returns how long the lease still lasts; forever where there is no record.
    pub(super) fn time_left(&self) -> Duration {
        self.held().map_or(Duration::MAX, LeaseHandle::time_left)
    }
}

impl<S> Attempt<S> {
    /// Returns what the attempt holds; `None` where there is no record.
    pub(super) fn held(&self) -> Option<&LeaseHandle<S>> {
        match &self.0 {
            Holding::Lease(held) => Some(held),
            Holding::Nothing(_) => None,
        }
    }
}

impl<S: PersistenceStore> LeaseHandle<S> {
    /// Returns how long the lease still lasts by the operation's clock; a record that is completed needs none.
    pub(super) fn time_left(&self) -> Duration {
        if self.completion.is_done() {
            return Duration::MAX;
        }
        let now_ms = self.idempotency.settings().now_ms();
        Duration::from_millis(self.lease().until.saturating_sub(now_ms))
    }
}

impl<S> LeaseHandle<S> {
    pub(super) fn lease(&self) -> Lease {
        self.lock().clone()
    }

    pub(super) fn set_until(&self, until: u64) {
        self.lock().until = until;
    }

    fn lock(&self) -> MutexGuard<'_, Lease> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for Attempt<S> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Holding::Lease(held) => Holding::Lease(held.clone()),
            Holding::Nothing(idempotency) => Holding::Nothing(idempotency.clone()),
        })
    }
}

impl<S> fmt::Debug for Attempt<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.held().map(|held| &held.key);
        f.debug_struct("Attempt").field("key", &key).finish_non_exhaustive()
    }
}
