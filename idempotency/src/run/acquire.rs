use std::time::Duration;

use super::{
    Attempt,
    call::Identity,
    current,
    release::{PendingClaim, release},
    retry::{Pauses, retried},
};
use crate::{
    Claim, ClaimOutcome, Idempotency, IdempotencyError, Lease, Owner, PersistenceStore, Record,
    StoreError,
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
    Ok(Some(record))
}

/// Claims the operation for at most `lease_limit`, or finds its result in the store, or waits for it.
pub(super) async fn acquire<S: PersistenceStore, T, E>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
    lease_limit: Option<Duration>,
) -> Result<Acquired<S>, IdempotencyError<T, E>> {
    let settings = idempotency.settings();
    if let Some(error) = too_late(settings, identity, settings.budget().lease()) {
        return Err(error);
    }
    let mut pauses = Pauses::within(settings.patience());
    // The end of the lease that the call has waited for.
    let mut blocked = None;
    loop {
        let (claim, answer) = match (ask(idempotency, identity, lease_limit).await, blocked) {
            (Ok(asked), _) => asked,
            // A call that waits goes on waiting; near its end there is no time left for an answer.
            (Err(source), Some(until)) if source.is_transient() => {
                if pauses.pause(settings, true).await {
                    continue;
                }
                return Err(in_progress(settings, identity, until));
            }
            (Err(source), _) => {
                let call = settings.call_id(Some(&identity.key));
                return Err(IdempotencyError::Store { call, source });
            }
        };
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
                return Ok(Acquired::Result(record));
            }
            NextStep::Mismatch => return Err(mismatch(settings, identity)),
            NextStep::Blocked { until, is_held } => {
                if is_held && pauses.may_wait() && current::is_running(&identity.key) {
                    let call = settings.call_id(Some(&identity.key));
                    return Err(IdempotencyError::Reentrant { call });
                }
                if !pauses.pause(settings, is_held).await {
                    return Err(in_progress(settings, identity, until));
                }
                if is_held {
                    blocked = Some(until);
                }
            }
        }
    }
}

/// Claims with a new lease, and retries until the store answers.
async fn ask<S: PersistenceStore>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
    lease_limit: Option<Duration>,
) -> Result<(Claim, ClaimOutcome), StoreError> {
    let (settings, store) = (idempotency.settings(), idempotency.store());
    let budget = settings.budget();
    let lease = lease_limit.map_or(budget.lease(), |limit| limit.min(budget.lease()));
    let now_ms = settings.now_ms();
    let until = now_ms.saturating_add(u64::try_from(lease.as_millis()).unwrap_or(u64::MAX));
    let claim = Claim {
        lease: Lease { until, owner: Some(Owner::random()) },
        expires_at: settings.expires_at(now_ms, until),
        validation: identity.validation.clone(),
    };
    let pending = PendingClaim::new(idempotency, &identity.key, &claim);
    let ask = || store.claim(&identity.key, settings.now_ms(), claim.clone());
    let outcome = retried(budget.claim(), ask).await?;
    pending.answered();
    Ok((claim, outcome))
}

/// Returns the error of an operation that has too little time left to start, if it has.
fn too_late<T, E>(
    settings: &Settings,
    identity: &Identity,
    lease: Duration,
) -> Option<IdempotencyError<T, E>> {
    let missing = settings.budget().missing_to_start(lease)?;
    let call = settings.call_id(Some(&identity.key));
    Some(IdempotencyError::TooLate { call, left: lease, needed: lease + missing })
}

fn in_progress<T, E>(
    settings: &Settings,
    identity: &Identity,
    until: Option<u64>,
) -> IdempotencyError<T, E> {
    let call = settings.call_id(Some(&identity.key));
    IdempotencyError::InProgress { call, until: until.and_then(time_of) }
}

fn mismatch<T, E>(settings: &Settings, identity: &Identity) -> IdempotencyError<T, E> {
    IdempotencyError::PayloadMismatch { call: settings.call_id(Some(&identity.key)) }
}
