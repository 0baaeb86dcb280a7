//! Watching the lease while an operation runs.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::time::sleep;

use super::Attempt;
use crate::{PersistenceStore, WriteOutcome};

/// In how many parts a lease is divided: after each the heartbeat extends it, so that one may fail.
const BEATS: u32 = 3;

/// Polls `work` to its end; `None` if it was stopped because its lease ended.
pub(super) async fn supervise<S: PersistenceStore, R>(
    attempt: &Attempt<S>,
    work: impl Future<Output = R>,
) -> Option<R> {
    let Some(held) = attempt.held() else {
        return Some(work.await);
    };
    let settings = held.idempotency.settings();
    match (settings.heartbeat, settings.stop_at_lease_end) {
        (None, false) => Some(work.await),
        (None, true) => within_lease(attempt, work).await,
        (Some(lease), false) => Some(beside(work, heartbeat(attempt, lease)).await),
        (Some(lease), true) => within_lease(attempt, beside(work, heartbeat(attempt, lease))).await,
    }
}

/// Polls `work` as long as the lease lasts, which it or a heartbeat may extend.
async fn within_lease<S: PersistenceStore, R>(
    attempt: &Attempt<S>,
    work: impl Future<Output = R>,
) -> Option<R> {
    let mut work = pin!(work);
    loop {
        let left = attempt.time_left();
        if left.is_zero() {
            return None;
        }
        let mut end = pin!(sleep(left));
        let until = attempt.until();
        let done = poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(Some(done));
            }
            // It may have made its lease shorter, too.
            let is_over = end.as_mut().poll(cx).is_ready() || attempt.until() != until;
            if is_over { Poll::Ready(None) } else { Poll::Pending }
        });
        if let Some(done) = done.await {
            return Some(done);
        }
    }
}

/// Polls `work` to its end, and `companion` meanwhile.
async fn beside<R>(work: impl Future<Output = R>, companion: impl Future<Output = ()>) -> R {
    let (mut work, mut companion) = (pin!(work), pin!(companion));
    let mut has_companion = true;
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        if has_companion {
            has_companion = companion.as_mut().poll(cx).is_pending();
        }
        Poll::Pending
    })
    .await
}

/// Extends the lease again and again, until it is lost or the invocation's deadline ends it.
async fn heartbeat<S: PersistenceStore>(attempt: &Attempt<S>, lease: Duration) {
    let Some(held) = attempt.held() else {
        return;
    };
    loop {
        sleep((lease / BEATS).max(Duration::from_millis(1))).await;
        let period = lease.min(held.idempotency.settings().budget().lease());
        // The operation itself may have extended the lease further, or the deadline is when it ends.
        if period <= held.time_left() {
            continue;
        }
        match attempt.extend(period).await {
            Ok(WriteOutcome::Applied) => {}
            Ok(WriteOutcome::LeaseLost) => return,
            // It was retried, and is again at the next beat.
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(
                    error,
                    idempotency_key = &*held.key,
                    "a lease could not be extended"
                );
            }
        }
    }
}
