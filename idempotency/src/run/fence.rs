//! Changes that only the holder of a lease may make.

use std::future::Future;

use super::{attempt::Held, patience::retried};
use crate::{
    Fenced, Lease, PersistenceStore, StoreError,
    machine::{Aftermath, aftermath},
};

/// How often a lease is found again that was extended without an answer, or by another clone of the attempt.
const MOST_FINDS: usize = 3;

/// What came of a change.
pub(super) enum Changed {
    /// It is made.
    Made,
    /// It is not; that is how it stands with the record.
    Not(Aftermath),
}

/// Asks for a change under the lease; who is told that it is another's looks whether that is so.
///
/// # Errors
///
/// As `ask`, and the store's if the record can't be read in the time that is left.
pub(super) async fn change<S, F, Fut>(
    held: &Held<S>,
    data: Option<&str>,
    ask: F,
) -> Result<Changed, StoreError>
where
    S: PersistenceStore,
    F: Fn(Lease) -> Fut,
    Fut: Future<Output = Result<Fenced, StoreError>>,
{
    let (settings, store) = (held.idempotency.settings(), held.idempotency.store());
    for _ in 0..MOST_FINDS {
        let lease = held.lease();
        if ask(lease.clone()).await? == Fenced::Done {
            return Ok(Changed::Made);
        }
        let record = retried(settings.budget().record(), || store.read(&held.key)).await?;
        match aftermath(&lease, data, record.as_ref()) {
            Aftermath::Held(lease) => held.set_until(lease.until),
            other => return Ok(Changed::Not(other)),
        }
    }
    Ok(Changed::Not(Aftermath::Lost))
}
