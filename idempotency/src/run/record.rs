//! Recording results.

use serde::{Serialize, de::DeserializeOwned};

use super::{
    Attempt,
    attempt::LeaseHandle,
    completion::check_result,
    data::data_of,
    fenced_write::{Changed, change},
    lease_term::LeaseTerm,
    retry::retried,
};
use crate::{
    CallId, ClaimOutcome, Event, IdempotencyError, Lease, OnRecordFailure, Outcome,
    PersistenceStore, Record, Status, StoreError, WriteOutcome,
    protocol::{RejectedWrite, on_write_rejected},
};

/// Records the result of an operation that has ended.
pub(super) async fn record<S: PersistenceStore, T: Serialize + DeserializeOwned, E>(
    attempt: &Attempt<S>,
    result: T,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    let Some(held) = attempt.held() else {
        return Ok(Outcome::Fresh(result));
    };
    let settings = held.idempotency.settings();
    if held.completion.is_done() {
        check_result(held, &result);
        return Ok(Outcome::Fresh(result));
    }
    let data = data_of(held, &result);
    match complete(held, data).await {
        Ok(WriteOutcome::Applied) => {
            settings.emit(Event::Fresh);
            Ok(Outcome::Fresh(result))
        }
        Ok(WriteOutcome::LeaseLost) => {
            settings.emit(Event::LeaseLost);
            unrecorded(held, "its lease was lost", true, result, |call, result| {
                IdempotencyError::LeaseLost { call, result }
            })
        }
        Err(source) => {
            settings.emit(Event::NotRecorded);
            let problem = source.to_string();
            unrecorded(held, &problem, false, result, |call, result| {
                IdempotencyError::NotRecorded { call, result, source }
            })
        }
    }
}

fn unrecorded<S: PersistenceStore, T, E>(
    held: &LeaseHandle<S>,
    problem: &str,
    is_lease_lost: bool,
    result: T,
    error: impl FnOnce(CallId, T) -> IdempotencyError<T, E>,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    let settings = held.idempotency.settings();
    let is_returned = match settings.on_record_failure {
        OnRecordFailure::Fail => false,
        OnRecordFailure::ReturnResult => !is_lease_lost,
        OnRecordFailure::ReturnResultAlways => true,
    };
    if !is_returned {
        return Err(error(settings.call_id(Some(&held.key)), result));
    }
    let (operation, idempotency_key) = (&settings.name, &*held.key);
    tracing::warn!(
        idempotency_problem = problem,
        idempotency_operation = operation,
        idempotency_key,
        "a result was not recorded"
    );
    Ok(Outcome::Fresh(result))
}

/// Completes the record, without data if that is too large.
async fn complete<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
) -> Result<WriteOutcome, StoreError> {
    match complete_or_restore(held, data).await {
        Err(StoreError::TooLarge { bytes }) => {
            let settings = held.idempotency.settings();
            settings.emit(Event::ResultNotKept);
            tracing::warn!(
                idempotency_result_bytes = bytes,
                idempotency_operation = settings.name,
                idempotency_key = &*held.key,
                "a result is too large for the store and is not kept"
            );
            complete_or_restore(held, None).await
        }
        completed => completed,
    }
}

/// Completes the record, and writes it again if it has vanished under the attempt.
///
/// Somebody may have deleted it, or an attempt that took over may have failed and released it. Without a record the
/// next delivery would repeat an effect whose result is known.
async fn complete_or_restore<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
) -> Result<WriteOutcome, StoreError> {
    let settings = held.idempotency.settings();
    let expires_at = settings.expires_at(settings.now_ms(), 0);
    let outcome = match try_complete(held, data.as_deref(), expires_at).await? {
        Changed::Not(RejectedWrite::Gone) if claim_again(held).await? => {
            try_complete(held, data.as_deref(), expires_at).await?
        }
        outcome => outcome,
    };
    match outcome {
        Changed::Made | Changed::Not(RejectedWrite::Completed) => {
            keep(held, data, expires_at);
            Ok(WriteOutcome::Applied)
        }
        Changed::Not(_) => Ok(WriteOutcome::LeaseLost),
    }
}

async fn try_complete<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<&str>,
    expires_at: u64,
) -> Result<Changed, StoreError> {
    let (settings, store) = (held.idempotency.settings(), held.idempotency.store());
    let completed = change(held, data, async |lease: Lease| {
        let ask = || store.complete(&held.key, settings.now_ms(), &lease, data, expires_at);
        retried(settings.budget().record(), ask).await
    });
    completed.await
}

/// Claims a record that has vanished, for the attempt that held it; `false` if another attempt was faster.
async fn claim_again<S: PersistenceStore>(held: &LeaseHandle<S>) -> Result<bool, StoreError> {
    let (settings, store) = (held.idempotency.settings(), held.idempotency.store());
    let budget = settings.budget();
    let term = LeaseTerm::from_now(settings, budget.lease());
    let claim = term.claim(held.lease().owner, held.validation.clone());
    let ask = || store.claim(&held.key, settings.now_ms(), claim.clone());
    let lease = match retried(budget.record(), ask).await? {
        ClaimOutcome::Granted => claim.lease,
        // A claim of this attempt, whose answer was lost or which arrived late.
        ClaimOutcome::Held(record) => match on_write_rejected(&claim.lease, None, Some(&record)) {
            RejectedWrite::Held(lease) => lease,
            _ => return Ok(false),
        },
    };
    held.set_until(lease.until);
    Ok(true)
}

/// Keeps the result in memory, where results are kept; its validation is what the claim wrote.
pub(super) fn keep<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
    expires_at: u64,
) {
    let lease = Some(held.lease());
    let validation = held.validation.clone();
    let record = Record { status: Status::Completed, expires_at, lease, data, validation };
    held.idempotency.settings().keep(&held.key, &record);
}
