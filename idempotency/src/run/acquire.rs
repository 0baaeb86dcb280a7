use std::time::Duration;

use super::{
    Attempt,
    call::Identity,
    patience::{Pauses, claim_budget, retried},
};
use crate::{
    Claim, Claimed, Event, Idempotency, IdempotencyError, Lease, Owner, PersistenceStore, Record,
    Status, StoreError, WhileInProgress,
    idempotency::{Settings, time_of},
};

/// What a call gets.
pub(super) enum Acquired<S> {
    /// The right to run.
    Attempt(Attempt<S>),
    /// What another attempt recorded.
    Result(Record),
}

/// Claims the operation, or finds its result, or waits for it.
pub(super) async fn acquire<S: PersistenceStore, T, E>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
) -> Result<Acquired<S>, IdempotencyError<T, E>> {
    let settings = idempotency.settings();
    if let Some(record) = settings.cached(&identity.key, settings.now_ms()) {
        check(settings, identity, &record)?;
        settings.tell(Event::ReplayedFromCache);
        return Ok(Acquired::Result(record));
    }
    let mut pauses = pauses(settings);
    loop {
        let (claim, claimed) = ask(idempotency, identity).await.map_err(IdempotencyError::Store)?;
        let now_ms = settings.now_ms();
        let Some(record) = refusal(&claim, claimed) else {
            let (idempotency, key) = (idempotency.clone(), identity.key.clone());
            let until = claim.lease.until;
            if now_ms <= until {
                return Ok(Acquired::Attempt(Attempt::new(idempotency, key, claim)));
            }
            // The answer came too late to run under: others may have taken over.
            if pauses.pause(settings, false).await {
                continue;
            }
            return Err(IdempotencyError::InProgress { until: time_of(until) });
        };
        // By the time of reading it may have expired: then it is as if it had never been.
        if !record.is_expired(now_ms) {
            check(settings, identity, &record)?;
            if record.status == Status::Completed {
                settings.keep(&identity.key, &record);
                settings.tell(Event::Replayed);
                return Ok(Acquired::Result(record));
            }
        }
        if !pauses.pause(settings, record.is_held(now_ms)).await {
            settings.tell(Event::Refused);
            let until = record.lease.and_then(|lease| time_of(lease.until));
            return Err(IdempotencyError::InProgress { until });
        }
    }
}

/// Claims with a new lease, as often as it takes to get an answer.
async fn ask<S: PersistenceStore>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
) -> Result<(Claim, Claimed), StoreError> {
    let (settings, store) = (idempotency.settings(), idempotency.store());
    let left = settings.time_left();
    let now_ms = settings.now_ms();
    let until = now_ms.saturating_add(u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
    let claim = Claim {
        lease: Lease { until, owner: (!settings.python).then(Owner::random) },
        expires_at: settings.expires_at(now_ms, until),
        validation: identity.validation.clone(),
    };
    let claimed = retried(claim_budget(left), || {
        store.claim(&identity.key, settings.now_ms(), claim.clone())
    });
    Ok((claim.clone(), claimed.await?))
}

/// Returns the record that stands in the way.
///
/// A claim whose answer was lost finds its own record when it asks again. Without an owner it can't be told
/// from another's that ends in the same millisecond, and is taken for that: nothing runs twice.
fn refusal(claim: &Claim, claimed: Claimed) -> Option<Record> {
    match claimed {
        Claimed::Granted => None,
        Claimed::Held(record) => {
            let is_own = claim.lease.owner.is_some()
                && record.status == Status::InProgress
                && record.lease.as_ref() == Some(&claim.lease);
            (!is_own).then_some(record)
        }
    }
}

/// Refuses a call whose payload is not the one that the record was made for.
fn check<T, E>(
    settings: &Settings,
    identity: &Identity,
    record: &Record,
) -> Result<(), IdempotencyError<T, E>> {
    if settings.validate.is_some() && record.validation != identity.validation {
        settings.tell(Event::PayloadMismatch);
        return Err(IdempotencyError::PayloadMismatch);
    }
    Ok(())
}

fn pauses(settings: &Settings) -> Pauses {
    let limit = match settings.while_in_progress {
        WhileInProgress::Refuse => Duration::ZERO,
        WhileInProgress::Wait(limit) => limit.min(settings.time_left()),
    };
    Pauses::within(limit)
}
