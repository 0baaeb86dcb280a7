use super::{
    Attempt,
    call::Identity,
    patience::{Pauses, claim_budget, retried},
};
use crate::{
    Claim, Claimed, Event, Idempotency, IdempotencyError, Lease, Owner, PersistenceStore, Record,
    StoreError,
    idempotency::{Settings, time_of},
    machine::{Verdict, differs, judge},
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
    settings.tell(Event::ReplayedFromCache);
    Ok(Some(record))
}

/// Claims the operation, or finds its result in the store, or waits for it.
pub(super) async fn acquire<S: PersistenceStore, T, E>(
    idempotency: &Idempotency<S>,
    identity: &Identity,
) -> Result<Acquired<S>, IdempotencyError<T, E>> {
    let settings = idempotency.settings();
    let mut pauses = Pauses::within(settings.patience());
    loop {
        let asked = ask(idempotency, identity).await;
        let (claim, answer) = asked.map_err(|source| {
            let call = settings.call_id(Some(&identity.key));
            IdempotencyError::Store { call, source }
        })?;
        match judge(&claim, answer, settings.now_ms()) {
            Verdict::Run => {
                let (idempotency, key) = (idempotency.clone(), identity.key.clone());
                return Ok(Acquired::Attempt(Attempt::new(idempotency, key, claim)));
            }
            Verdict::Replay(record) => {
                settings.keep(&identity.key, &record);
                settings.tell(Event::Replayed);
                return Ok(Acquired::Result(record));
            }
            Verdict::Mismatch => return Err(mismatch(settings, identity)),
            Verdict::Blocked { until, is_held } => {
                if !pauses.pause(settings, is_held).await {
                    settings.tell(Event::Refused);
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
    let claimed = claimed.await?;
    Ok((claim, claimed))
}

fn mismatch<T, E>(settings: &Settings, identity: &Identity) -> IdempotencyError<T, E> {
    settings.tell(Event::PayloadMismatch);
    IdempotencyError::PayloadMismatch { call: settings.call_id(Some(&identity.key)) }
}
