//! Changes that only the holder of a lease may make.

use std::future::Future;

use super::{attempt::LeaseHandle, retry::retried};
use crate::{
    CanonicalForm, Lease, PersistenceStore, Record, StoreError, WriteOutcome,
    protocol::{RejectedWrite, on_write_rejected, writes_again},
};

/// The outcome of a change.
pub(super) enum Changed {
    /// It was made.
    Made,
    /// It was not made; this is what the record says about the reason.
    Not(RejectedWrite),
}

/// Asks for a change under the lease; if it is rejected, reads the record to find out why.
///
/// The change is repeated if the record turns out to be in progress under the own owner and another end: an extension
/// got no answer, another clone of the attempt extended the lease, or a late copy of a claim arrived. The repetitions are
/// limited, because a store that rejects the lease it has just returned would be asked for ever.
///
/// # Errors
///
/// As `ask`, and the store's if the record can't be read in the time that is left.
pub(super) async fn change<S, F, Fut, E>(
    held: &LeaseHandle<S>,
    data: Option<&str>,
    ask: F,
) -> Result<Changed, E>
where
    S: PersistenceStore,
    F: Fn(Lease) -> Fut,
    Fut: Future<Output = Result<WriteOutcome, E>>,
    E: From<StoreError>,
{
    let (settings, store) = (held.idempotency.settings(), held.idempotency.store());
    let mut repeated = 0;
    loop {
        let lease = held.lease();
        if ask(lease.clone()).await? == WriteOutcome::Applied {
            return Ok(Changed::Made);
        }
        let record = retried(settings.budget().record(), || store.read(&held.key)).await?;
        match on_write_rejected(&lease, data, record.as_ref()) {
            RejectedWrite::Held(lease) if writes_again(repeated) => held.set_until(lease.until),
            // Others complete records without a look at the lease, and leave our owner in them.
            RejectedWrite::Completed if settings.is_shared() && !has_result(record, data) => {
                return Ok(Changed::Not(RejectedWrite::Lost));
            }
            other => return Ok(Changed::Not(other)),
        }
        repeated += 1;
    }
}

/// Returns whether a record has this result, though it may be written in another form.
fn has_result(record: Option<Record>, data: Option<&str>) -> bool {
    let recorded = record.and_then(|record| record.data);
    match (recorded.as_deref(), data) {
        (Some(recorded), Some(data)) if recorded != data => {
            let form = |data| CanonicalForm::of_results().of(data).ok();
            form(recorded).is_some_and(|recorded| form(data) == Some(recorded))
        }
        (recorded, data) => recorded == data,
    }
}
