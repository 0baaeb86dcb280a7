use std::time::Duration;

use super::{
    Attempt,
    call::Identity,
    execute::release,
    retry::{Pauses, retried},
};
use crate::{
    Claim, ClaimOutcome, Event, Idempotency, IdempotencyError, Lease, Owner, PersistenceStore,
    Record, StoreError,
    idempotency::{Settings, time_of},
    protocol::{NextStep, differs, on_claim_result},
};

/// What a call gets.
pub(super) enum Acquired<S> {
    /// The right to run.
    Attempt(Attempt<S>),
    /// What another attempt recorded.
    Result(Record),
}

/// Finds the result in memory.
pub(super) fn cached<T, E>(
    settings: &Settings,
    identity: &Identity,
) -> Result<Option<Record>, IdempotencyError<T, E>> {
    let Some(record) = settings.cached(&identity.key, settings.now_ms()) else {
        return Ok(None);
    };
    if differs(identity.validation.as_deref(), &record) {
        return Err(mismatch(settings, identity));
    }
    settings.emit(Event::ReplayedFromCache);
    Ok(Some(record))
}

/// Claims the operation, or finds its result in the store, or waits for it.
pub(super) async fn acquire<S: PersistenceStore, T, E>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
) -> Result<Acquired<S>, IdempotencyError<T, E>> {
    let settings = idempotency.settings();
    if let Some(error) = too_late(settings, identity, settings.budget().lease()) {
        return Err(error);
    }
    let mut pauses = Pauses::within(settings.patience());
    loop {
        let asked = ask(idempotency, identity).await;
        let (claim, answer) = asked.map_err(|source| {
            let call = settings.call_id(Some(&identity.key));
            IdempotencyError::Store { call, source }
        })?;
        match on_claim_result(&claim, answer, settings.now_ms()) {
            NextStep::Run => {
                let (idempotency, key) = (idempotency.clone(), identity.key.clone());
                let attempt = Attempt::new(idempotency, key, claim);
                // Claiming took time as well.
                if let Some(error) = too_late(settings, identity, attempt.time_left()) {
                    release(&attempt).await;
                    return Err(error);
                }
                return Ok(Acquired::Attempt(attempt));
            }
            NextStep::Replay(record) => {
                settings.keep(&identity.key, &record);
                settings.emit(Event::Replayed);
                return Ok(Acquired::Result(record));
            }
            NextStep::Mismatch => return Err(mismatch(settings, identity)),
            NextStep::Blocked { until, is_held } => {
                if !pauses.pause(settings, is_held).await {
                    settings.emit(Event::Refused);
                    let call = settings.call_id(Some(&identity.key));
                    let until = until.and_then(time_of);
                    return Err(IdempotencyError::InProgress { call, until });
                }
            }
        }
    }
}

/// Claims with a new lease, as often as it takes to get an answer.
async fn ask<S: PersistenceStore>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
) -> Result<(Claim, ClaimOutcome), StoreError> {
    let (settings, store) = (idempotency.settings(), idempotency.store());
    let budget = settings.budget();
    let lease_ms = budget.lease().as_millis();
    let now_ms = settings.now_ms();
    let until = now_ms.saturating_add(u64::try_from(lease_ms).unwrap_or(u64::MAX));
    let claim = Claim {
        lease: Lease { until, owner: (!settings.python).then(Owner::random) },
        expires_at: settings.expires_at(now_ms, until),
        validation: identity.validation.clone(),
    };
    let claimed =
        retried(budget.claim(), || store.claim(&identity.key, settings.now_ms(), claim.clone()));
    let claimed = claimed.await?;
    Ok((claim, claimed))
}

/// Returns the error of an operation that has too little time left to start, if it has.
fn too_late<T, E>(
    settings: &Settings,
    identity: &Identity,
    lease: Duration,
) -> Option<IdempotencyError<T, E>> {
    let missing = settings.budget().missing_to_start(lease)?;
    settings.emit(Event::Refused);
    let call = settings.call_id(Some(&identity.key));
    Some(IdempotencyError::TooLate { call, left: lease, needed: lease + missing })
}

fn mismatch<T, E>(settings: &Settings, identity: &Identity) -> IdempotencyError<T, E> {
    settings.emit(Event::PayloadMismatch);
    IdempotencyError::PayloadMismatch { call: settings.call_id(Some(&identity.key)) }
}
