use std::future::Future;

use super::{InvalidWrites, PersistenceStore, WriteFailure};
use crate::{Lease, StoreError};

/// A store that completes a record together with writes of the operation.
///
/// DynamoDB is the only one that people use; the simulation in the tests has another.
pub(crate) trait TransactionalStore: PersistenceStore {
    /// A write of the operation.
    type Write: Clone + Send + Sync;

    /// Checks writes that are made alone, or together with the completion of the record of a key, with this data.
    fn check_writes(
        &self,
        writes: &[Self::Write],
        record: Option<(&str, Option<&str>)>,
    ) -> Result<(), InvalidWrites>;

    /// Makes the writes, and completes the record if there is one, or does nothing.
    ///
    /// A request whose token has been seen changes nothing, and is answered as the first was.
    ///
    /// # Errors
    ///
    /// As [`complete`](PersistenceStore::complete).
    fn transact(
        &self,
        record: Option<&RecordCompletion<'_>>,
        writes: &[Self::Write],
        token: &str,
    ) -> impl Future<Output = Result<Transacted, StoreError>> + Send;
}

/// What becomes of a transaction.
pub(crate) enum Transacted {
    Applied,
    /// Nothing was written: the record is not in progress under this lease.
    LeaseLost,
    /// Nothing was written: these writes can't be made.
    Rejected(Vec<WriteFailure>),
}

/// The completion of a record as a part of a transaction.
pub(crate) struct RecordCompletion<'a> {
    pub(crate) key: &'a str,
    pub(crate) lease: &'a Lease,
    pub(crate) data: Option<&'a str>,
    pub(crate) expires_at: u64,
}
