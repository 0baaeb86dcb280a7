//! Giving claims back.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    Attempt,
    completion::warn_not_released,
    fenced_write::{Changed, change},
    retry::retried,
};
use crate::{
    Event, Lease, PersistenceStore, StoreError, idempotency::Settings, protocol::RejectedWrite,
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
        // No attempt takes over during the lease: an earlier copy of this release was carried out, and then another attempt
        // claimed.
        Ok(Changed::Not(RejectedWrite::Lost)) if !held.time_left().is_zero() => {
            settings.emit(Event::Released);
        }
        // A transaction of `complete_with` that got no answer was made all the same.
        Ok(Changed::Not(RejectedWrite::Completed)) => warn_not_released(settings, &held.key),
        Ok(Changed::Not(_)) => settings.emit(Event::LeaseLost),
        Err(error) => not_released(settings, &held.key, &error),
    }
}

pub(super) fn too_slow(limit: Duration) -> StoreError {
    let what = format!("releasing took longer than {limit:.1?}");
    StoreError::Unavailable { what, source: None }
}

pub(super) fn not_released(settings: &Settings, key: &str, error: &StoreError) {
    settings.emit(Event::NotReleased);
    let error: &dyn std::error::Error = error;
    tracing::warn!(
        error,
        idempotency_operation = settings.name,
        idempotency_key = key,
        "a claim could not be released; its lease will end"
    );
}
