use std::time::Duration;

use super::{
    Attempt, call::Identity, current, pending_claims::PendingClaims, release::release,
    retry::Pauses,
};
use crate::{
    Claim, Idempotency, IdempotencyError, PersistenceStore, Record, WriteOutcome,
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
    let mut claims = PendingClaims::new(idempotency, &identity.key);
    let mut pauses = Pauses::within(settings.patience());
    // The end of the lease that the call has waited for.
    let mut blocked = None;
    loop {
        let lease = settings.budget().lease();
        let period = lease_limit.map_or(lease, |limit| limit.min(lease));
        let asked = claims.ask(period, identity.validation.clone()).await;
        let (claim, answer) = match (asked, blocked) {
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
        let wanted = claim.lease.until;
        match on_claim_result(&claim, answer, settings.now_ms()) {
            NextStep::Run(lease) => {
                let (idempotency, key) = (idempotency.clone(), identity.key.clone());
                let attempt = Attempt::new(idempotency, key, Claim { lease, ..claim });
                if attempt.until() < wanted && !renew(settings, &attempt, wanted).await {
                    claims.rejected();
                    continue;
                }
                // Claiming took time as well.
                let too_late = too_late(settings, identity, attempt.time_left());
                if too_late.is_some() {
                    release(&attempt).await;
                }
                claims.settle();
                return too_late.map_or(Ok(Acquired::Attempt(attempt)), Err);
            }
            NextStep::Replay(record) => {
                claims.rejected();
                settings.keep(&identity.key, &record);
                return Ok(Acquired::Result(record));
            }
            NextStep::Mismatch => {
                claims.rejected();
                return Err(mismatch(settings, identity));
            }
            NextStep::Blocked { until, is_held } => {
                claims.rejected();
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

/// Extends the lease of an earlier claim, which ends too early for a call that has waited since; `false` if it was lost.
///
/// If the store fails, the operation runs under the lease as it was found.
async fn renew<S: PersistenceStore>(settings: &Settings, attempt: &Attempt<S>, until: u64) -> bool {
    let period = Duration::from_millis(until.saturating_sub(settings.now_ms()));
    !matches!(attempt.extend(period).await, Ok(WriteOutcome::LeaseLost))
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
