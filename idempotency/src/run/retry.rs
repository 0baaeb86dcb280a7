//! Asking again, and for how long.

use std::{future::Future, time::Duration};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder, Retryable};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    Event, StoreError, budget::attempt_timeout, idempotency::Settings, protocol::looks_again,
};

const SHORTEST: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(1);

/// Asks the store until it answers or `budget` is over; only failures that may pass are retried.
///
/// Each attempt has a share of the budget, so that a connection that went silent does not use up all of it.
///
/// # Errors
///
/// The store's last error, or that it did not answer in time.
pub(super) async fn retried<R, F, Fut>(budget: Duration, mut ask: F) -> Result<R, StoreError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<R, StoreError>>,
{
    let pauses = pauses().with_total_delay(Some(budget));
    let attempt = || answered(attempt_timeout(budget), ask());
    let asking = attempt.retry(pauses).sleep(sleep).when(StoreError::is_transient);
    answered(budget, asking).await
}

async fn answered<R>(
    limit: Duration,
    asking: impl Future<Output = Result<R, StoreError>>,
) -> Result<R, StoreError> {
    timeout(limit, asking).await.unwrap_or_else(|_| {
        let what = format!("it did not answer within {limit:.1?}");
        Err(StoreError::Unavailable { what, source: None })
    })
}

/// Returns the settings of pauses that become longer and longer.
pub(super) fn pauses() -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(SHORTEST)
        .with_max_delay(LONGEST)
        .with_jitter()
        .without_max_times()
}

/// The pauses of a call that waits for another attempt.
pub(super) struct Pauses {
    end: Instant,
    next: ExponentialBackoff,
    looks: u32,
    has_emitted: bool,
}

impl Pauses {
    pub(super) fn within(limit: Duration) -> Self {
        let end = Instant::now() + limit.min(Duration::from_secs(24 * 60 * 60));
        Self { end, next: pauses().build(), looks: 0, has_emitted: false }
    }

    /// Tells whether the call waits for another attempt.
    pub(super) fn may_wait(&self) -> bool {
        Instant::now() < self.end
    }

    /// Pauses before the record is asked for again; `false` when it is time to give up.
    pub(super) async fn pause(&mut self, settings: &Settings, is_held: bool) -> bool {
        if looks_again(self.looks, is_held) {
            self.looks += 1;
            sleep(SHORTEST).await;
            return true;
        }
        let pause = self.next.next().unwrap_or(LONGEST);
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        if !std::mem::replace(&mut self.has_emitted, true) {
            settings.emit(Event::Waited);
        }
        sleep(pause.min(left)).await;
        true
    }
}
