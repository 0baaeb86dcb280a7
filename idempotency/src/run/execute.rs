use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    pin::pin,
    thread,
};

use serde::{Serialize, de::DeserializeOwned};

use super::{Attempt, current, record::record, release::release, supervise::supervise};
use crate::{IdempotencyError, Outcome, PersistenceStore};

/// Runs an operation that is claimed, and records what came of it.
pub(super) async fn execute<S, T, E, F, Fut>(
    attempt: Attempt<S>,
    work: F,
) -> Result<Outcome<T>, IdempotencyError<T, E>>
where
    S: PersistenceStore,
    T: Serialize + DeserializeOwned,
    F: FnOnce(Attempt<S>) -> Fut,
    Fut: Future<Output = Result<T, E>>,
{
    let running = attempt.clone();
    let working = catch_panic(move || work(running));
    let Some(held) = attempt.held() else {
        return conclude(&attempt, working.await).await;
    };
    // Pinned here, because every future that took it by value would make room for it twice.
    let working = pin!(current::scope(held.key.clone(), working));
    match supervise(&attempt, working).await {
        Some(ran) => conclude(&attempt, ran).await,
        None => {
            let call = held.idempotency.settings().call_id(Some(&held.key));
            Err(IdempotencyError::LeaseEnded { call })
        }
    }
}

/// Records what came of an operation; a panic goes on.
pub(super) async fn conclude<S: PersistenceStore, T: Serialize + DeserializeOwned, E>(
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
