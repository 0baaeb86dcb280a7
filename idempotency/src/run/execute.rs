use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    thread,
};

use serde::Serialize;
use tokio::time::timeout;

use super::{
    Attempt,
    attempt::LeaseHandle,
    fenced_write::{Changed, change},
    retry::retried,
};
use crate::{
    CallId, Event, IdempotencyError, Lease, OnRecordFailure, Outcome, PersistenceStore, Record,
    Status, StoreError, WriteOutcome, canonical_json, protocol::RejectedWrite,
    result_json::json_of,
};

/// Runs an operation that is claimed, and records what came of it.
pub(super) async fn execute<S, T, E, F, Fut>(
    attempt: Attempt<S>,
    work: F,
) -> Result<Outcome<T>, IdempotencyError<T, E>>
where
    S: PersistenceStore,
    T: Serialize,
    F: FnOnce(Attempt<S>) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let running = attempt.clone();
    let working = catch_panic(move || work(running));
    match attempt.held().filter(|held| held.idempotency.settings().stop_at_lease_end) {
        None => conclude(&attempt, working.await).await,
        Some(held) => match within_lease(held, working).await {
            Some(ran) => conclude(&attempt, ran).await,
            None => {
                held.idempotency.settings().emit(Event::LeaseLost);
                let call = held.idempotency.settings().call_id(Some(&held.key));
                Err(IdempotencyError::LeaseEnded { call })
            }
        },
    }
}

/// Polls `work` as long as the lease lasts, which it may extend.
async fn within_lease<S: PersistenceStore, R>(
    held: &LeaseHandle<S>,
    work: impl Future<Output = R>,
) -> Option<R> {
    let mut work = pin!(work);
    loop {
        let left = held.time_left();
        if left.is_zero() {
            return None;
        }
        if let Ok(done) = timeout(left, work.as_mut()).await {
            return Some(done);
        }
    }
}

/// Records what came of an operation; a panic goes on.
pub(super) async fn conclude<S: PersistenceStore, T: Serialize, E>(
    attempt: &Attempt<S>,
    ran: thread::Result<Result<T, E>>,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    match ran {
        Ok(Ok(result)) => record(attempt, result).await,
        Ok(Err(error)) => {
            release(attempt).await;
            Err(IdempotencyError::Failed(error))
        }
        Err(panic) => {
            release(attempt).await;
            resume_unwind(panic)
        }
    }
}

/// Runs `work` to its end or its panic, which the claim has to be released before.
async fn catch_panic<R, F, Fut>(work: F) -> thread::Result<R>
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = R>,
{
    let mut future = pin!(catch_unwind(AssertUnwindSafe(work))?);
    poll_fn(|cx| {
        // A future that has panicked is not polled again.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// Gives the claim back, unless that takes too long: the lease ends by itself, and the error of the operation must
/// not wait for it.
pub(super) async fn release<S: PersistenceStore>(attempt: &Attempt<S>) {
    let Some(held) = attempt.held() else {
        return;
    };
    let settings = held.idempotency.settings();
    let limit = settings.budget().release();
    let released = change(held, None, async |lease: Lease| {
        let store = held.idempotency.store();
        retried(limit, || store.release(&held.key, settings.now_ms(), &lease)).await
    });
    let released = timeout(limit, released).await.unwrap_or_else(|_| {
        let what = format!("releasing took longer than {limit:.1?}");
        Err(StoreError::Unavailable { what, source: None })
    });
    match released {
        Ok(Changed::Made | Changed::Not(RejectedWrite::Gone)) => settings.emit(Event::Released),
        Ok(Changed::Not(_)) => settings.emit(Event::LeaseLost),
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            let (operation, idempotency_key) = (&settings.name, &held.key);
            tracing::warn!(
                error,
                idempotency_operation = operation,
                idempotency_key,
                "a claim could not be released; its lease will end"
            );
        }
    }
}

async fn record<S: PersistenceStore, T: Serialize, E>(
    attempt: &Attempt<S>,
    result: T,
) -> Result<Outcome<T>, IdempotencyError<T, E>> {
    let Some(held) = attempt.held() else {
        return Ok(Outcome::Fresh(result));
    };
    let settings = held.idempotency.settings();
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
    let (operation, idempotency_key) = (&settings.name, &held.key);
    tracing::warn!(
        idempotency_problem = problem,
        idempotency_operation = operation,
        idempotency_key,
        "the result was not recorded"
    );
    Ok(Outcome::Fresh(result))
}

/// Returns the result as JSON; what has no JSON form is not kept, and the operation is done all the same.
fn data_of<S: PersistenceStore, T: Serialize>(held: &LeaseHandle<S>, result: &T) -> Option<String> {
    let settings = held.idempotency.settings();
    let json = json_of(result)
        .and_then(|json| if settings.python { canonical_json(&json) } else { Ok(json) });
    json.inspect_err(|error| {
        let error: &dyn std::error::Error = error;
        tracing::warn!(
            error,
            idempotency_operation = settings.name,
            idempotency_key = held.key,
            "a result has no JSON form and is not kept"
        );
    })
    .ok()
}

/// Completes the record, without data if that is too large.
async fn complete<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
) -> Result<WriteOutcome, StoreError> {
    match try_complete(held, data).await {
        Err(StoreError::TooLarge { bytes }) => {
            let (operation, idempotency_key) = (&held.idempotency.settings().name, &held.key);
            tracing::warn!(
                idempotency_result_bytes = bytes,
                idempotency_operation = operation,
                idempotency_key,
                "a result is too large for the store and is not kept"
            );
            try_complete(held, None).await
        }
        completed => completed,
    }
}

async fn try_complete<S: PersistenceStore>(
    held: &LeaseHandle<S>,
    data: Option<String>,
) -> Result<WriteOutcome, StoreError> {
    let settings = held.idempotency.settings();
    let expires_at = settings.expires_at(settings.now_ms(), 0);
    let completed = change(held, data.as_deref(), async |lease: Lease| {
        let (store, data) = (held.idempotency.store(), data.as_deref());
        let ask = || store.complete(&held.key, settings.now_ms(), &lease, data, expires_at);
        retried(settings.budget().record(), ask).await
    });
    match completed.await? {
        Changed::Made | Changed::Not(RejectedWrite::Completed) => {
            keep(held, data, expires_at);
            Ok(WriteOutcome::Applied)
        }
        Changed::Not(_) => Ok(WriteOutcome::LeaseLost),
    }
}

/// Keeps the result in memory, where results are kept; its validation is what the claim wrote.
fn keep<S: PersistenceStore>(held: &LeaseHandle<S>, data: Option<String>, expires_at: u64) {
    let lease = Some(held.lease());
    let validation = held.validation.clone();
    let record = Record { status: Status::Completed, expires_at, lease, data, validation };
    held.idempotency.settings().keep(&held.key, &record);
}
