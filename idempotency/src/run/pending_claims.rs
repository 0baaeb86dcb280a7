//! Claims of a call that does not run yet.

use std::{sync::Arc, time::Duration};

use backon::BackoffBuilder;
use tokio::{
    runtime::Handle,
    time::{Instant, sleep, timeout},
};

use super::{
    lease_term::LeaseTerm,
    release::{not_released, too_slow},
    retry::{pauses, retried},
};
use crate::{
    Claim, ClaimOutcome, Idempotency, Lease, Owner, PersistenceStore, StoreError, WriteOutcome,
    protocol::{RejectedWrite, on_write_rejected},
};

/// The claims of one call, which have one owner, until the call runs or ends.
///
/// If the call ends without running, because the store failed or the future was dropped, the store may have granted
/// one of the claims, or may still do so. Then it is released in the background, so that a retry does not have to wait
/// for the lease to end.
///
/// That must not happen between two claims: the call recognises a late copy of the first as its own and runs under it,
/// and the release would end its lease.
pub(super) struct PendingClaims<'a, S: PersistenceStore> {
    idempotency: &'a Idempotency<S>,
    key: &'a Arc<str>,
    owner: Owner,
    /// The lease of the last claim.
    last: Option<Lease>,
    /// How many claims may have been granted without the call knowing it.
    unanswered: u32,
}

impl<'a, S: PersistenceStore> PendingClaims<'a, S> {
    pub(super) fn new(idempotency: &'a Idempotency<S>, key: &'a Arc<str>) -> Self {
        Self { idempotency, key, owner: Owner::random(), last: None, unanswered: 0 }
    }

    /// Claims a lease of this `period` from now on, and retries until the store answers.
    pub(super) async fn ask(
        &mut self,
        period: Duration,
        validation: Option<String>,
    ) -> Result<(Claim, ClaimOutcome), StoreError> {
        let (settings, store) = (self.idempotency.settings(), self.idempotency.store());
        let term = LeaseTerm::from_now(settings, period);
        let claim = term.claim(Some(self.owner.clone()), validation);
        self.last = Some(claim.lease.clone());
        self.unanswered += 1;
        let ask = || store.claim(self.key, settings.now_ms(), claim.clone());
        let outcome = retried(settings.budget().claim(), ask).await?;
        Ok((claim, outcome))
    }

    /// Notes that the last claim was rejected.
    pub(super) fn rejected(&mut self) {
        self.unanswered -= 1;
    }

    /// Leaves the claims to an attempt, or to nobody, because they are released.
    pub(super) fn settle(&mut self) {
        self.unanswered = 0;
    }
}

impl<S: PersistenceStore> Drop for PendingClaims<'_, S> {
    fn drop(&mut self) {
        let Some(lease) = self.last.take().filter(|_| self.unanswered > 0) else {
            return;
        };
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (idempotency, key) = (self.idempotency.clone(), self.key.clone());
        let limit = idempotency.settings().budget().release();
        runtime.spawn(async move {
            let releasing = release_late(&idempotency, &key, lease, limit);
            let released = timeout(limit, releasing).await;
            if let Err(error) = released.unwrap_or_else(|_| Err(too_slow(limit))) {
                not_released(idempotency.settings(), &key, &error);
            }
        });
    }
}

/// Releases a claim that may reach the store later than its release, and under the end of an earlier one.
async fn release_late<S: PersistenceStore>(
    idempotency: &Idempotency<S>,
    key: &str,
    mut lease: Lease,
    limit: Duration,
) -> Result<(), StoreError> {
    let (settings, store) = (idempotency.settings(), idempotency.store());
    let end = Instant::now() + limit;
    for pause in pauses().build() {
        let release = || store.release(key, settings.now_ms(), &lease);
        if retried(limit, release).await? == WriteOutcome::Applied {
            break;
        }
        let record = retried(limit, || store.read(key)).await?;
        match on_write_rejected(&lease, None, record.as_ref()) {
            RejectedWrite::Held(found) => lease = found,
            // It may be on its way: the last look comes shortly before the end.
            RejectedWrite::Gone => {
                let left = end.saturating_duration_since(Instant::now());
                if left < limit / 20 {
                    break;
                }
                sleep(pause.min(left / 2)).await;
            }
            _ => break,
        }
    }
    Ok(())
}
