//! Giving claims back.

use std::{sync::Arc, time::Duration};

use tokio::{runtime::Handle, time::timeout};

use super::{
    Attempt,
    completion::warn_not_released,
    fenced_write::{Changed, change},
    retry::retried,
};
use crate::{
    Claim, Event, Idempotency, Lease, PersistenceStore, StoreError, idempotency::Settings,
    protocol::RejectedWrite,
};

/// Gives the claim back, unless that takes too long: the lease ends by itself, and the error of the operation must
/// not wait for it.
pub(super) async fn release<S: PersistenceStore>(attempt: &Attempt<S>) {
    let Some(held) = attempt.held() else {
        return;
    };
    let settings = held.idempotency.settings();
    if held.completion.is_done() {
        return warn_not_released(settings, &held.key);
    }
    let limit = settings.budget().release();
    let released = change(held, None, async |lease: Lease| {
        let store = held.idempotency.store();
        retried(limit, || store.release(&held.key, settings.now_ms(), &lease)).await
    });
    let released = timeout(limit, released).await.unwrap_or_else(|_| Err(too_slow(limit)));
    match released {
        Ok(Changed::Made | Changed::Not(RejectedWrite::Gone)) => settings.emit(Event::Released),
        // Nobody takes over during the lease, so the record became another's after a release whose answer was lost.
        Ok(Changed::Not(RejectedWrite::Lost)) if !held.time_left().is_zero() => {
            settings.emit(Event::Released);
        }
        // A transaction of `complete_with` that got no answer was made all the same.
        Ok(Changed::Not(RejectedWrite::Completed)) => warn_not_released(settings, &held.key),
        Ok(Changed::Not(_)) => settings.emit(Event::LeaseLost),
        Err(error) => not_released(settings, &held.key, &error),
    }
}

fn too_slow(limit: Duration) -> StoreError {
    let what = format!("releasing took longer than {limit:.1?}");
    StoreError::Unavailable { what, source: None }
}

fn not_released(settings: &Settings, key: &str, error: &StoreError) {
    settings.emit(Event::NotReleased);
    let error: &dyn std::error::Error = error;
    tracing::warn!(
        error,
        idempotency_operation = settings.name,
        idempotency_key = key,
        "a claim could not be released; its lease will end"
    );
}

/// A claim whose answer has not arrived.
///
/// If the call ends before it does, because the store failed or the future was dropped, nobody runs the operation, but
/// the store may have granted the claim. Then it is released in the background, so that a retry does not have to wait
/// for the lease to end.
pub(super) struct PendingClaim<'a, S: PersistenceStore> {
    idempotency: &'a Idempotency<S>,
    key: &'a Arc<str>,
    claim: &'a Claim,
    is_answered: bool,
}

impl<'a, S: PersistenceStore> PendingClaim<'a, S> {
    pub(super) fn new(
        idempotency: &'a Idempotency<S>,
        key: &'a Arc<str>,
        claim: &'a Claim,
    ) -> Self {
        Self { idempotency, key, claim, is_answered: false }
    }

    /// Notes that the store has answered.
    pub(super) fn answered(mut self) {
        self.is_answered = true;
    }
}

impl<S: PersistenceStore> Drop for PendingClaim<'_, S> {
    fn drop(&mut self) {
        // Without an owner the record may be that of another attempt whose lease ends in the same millisecond.
        if self.is_answered || self.claim.lease.owner.is_none() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (idempotency, key) = (self.idempotency.clone(), self.key.clone());
        let lease = self.claim.lease.clone();
        let limit = idempotency.settings().budget().release();
        runtime.spawn(async move {
            let (settings, store) = (idempotency.settings(), idempotency.store());
            let ask = || store.release(&key, settings.now_ms(), &lease);
            let released = timeout(limit, retried(limit, ask)).await;
            if let Err(error) = released.unwrap_or_else(|_| Err(too_slow(limit))) {
                not_released(settings, &key, &error);
            }
        });
    }
}
