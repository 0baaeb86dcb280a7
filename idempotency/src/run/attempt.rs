use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{Claim, Fenced, Idempotency, Lease, PersistenceStore, StoreError};

/// An attempt to run an operation, which holds a lease.
pub struct Attempt<S>(Option<Arc<Inner<S>>>);

struct Inner<S> {
    idempotency: Idempotency<S>,
    key: String,
    validation: Option<String>,
    lease: Mutex<Lease>,
}

impl<S: PersistenceStore> Attempt<S> {
    pub(super) fn new(idempotency: Idempotency<S>, key: String, claim: Claim) -> Self {
        let Claim { lease, validation, .. } = claim;
        Self(Some(Arc::new(Inner { idempotency, key, validation, lease: Mutex::new(lease) })))
    }

    /// Creates an attempt that nobody holds up: without a key, or with idempotency disabled.
    pub(super) fn free() -> Self {
        Self(None)
    }

    /// Returns the key of the record; `None` where there is no record.
    pub fn key(&self) -> Option<&str> {
        Some(&self.0.as_ref()?.key)
    }

    /// Returns the lease that the attempt holds; `None` where there is no record.
    pub fn lease(&self) -> Option<Lease> {
        Some(self.0.as_ref()?.lease())
    }

    /// Holds the lease for `period` from now on, longer or shorter than before.
    ///
    /// [`Fenced::Lost`] tells that the lease had ended and another attempt has taken over: better stop.
    ///
    /// # Errors
    ///
    /// As the store; whether the lease was extended is not known then.
    pub async fn extend(&self, period: Duration) -> Result<Fenced, StoreError> {
        let Some(inner) = &self.0 else {
            return Ok(Fenced::Done);
        };
        let settings = inner.idempotency.settings();
        let (now_ms, lease) = (settings.now_ms(), inner.lease());
        let until = now_ms.saturating_add(u64::try_from(period.as_millis()).unwrap_or(u64::MAX));
        let expires_at = settings.expires_at(now_ms, until);
        let store = inner.idempotency.store();
        let extended = store.extend(&inner.key, now_ms, &lease, until, expires_at).await?;
        if extended == Fenced::Done {
            inner.lock().until = until;
        }
        Ok(extended)
    }

    pub(super) fn validation(&self) -> Option<&str> {
        self.0.as_ref()?.validation.as_deref()
    }

    pub(super) fn idempotency(&self) -> Option<&Idempotency<S>> {
        Some(&self.0.as_ref()?.idempotency)
    }
}

impl<S> Inner<S> {
    fn lease(&self) -> Lease {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lease> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Clone for Attempt<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<S> fmt::Debug for Attempt<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.0.as_ref().map(|inner| &inner.key);
        f.debug_struct("Attempt").field("key", &key).finish_non_exhaustive()
    }
}
