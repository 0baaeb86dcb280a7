//! Where records are kept.

#[cfg(feature = "dynamodb")]
mod dynamodb;
mod error;
mod memory;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "dynamodb")]
mod transactions;

use std::future::Future;

#[cfg(feature = "dynamodb")]
pub use dynamodb::{
    AttributeClash, DynamoDbStore, DynamoDbStoreBuilder, InvalidWrites, WriteFailure,
    WriteFailureReason, ring_http_client,
};
pub use error::StoreError;
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[cfg(feature = "dynamodb")]
pub(crate) use transactions::{RecordCompletion, Transacted, TransactionalStore};

use crate::{Lease, Record};

/// Keeps records, and changes them only on a condition.
///
/// # What an implementation owes
///
/// - **Each change is one atomic step**: reading the record, deciding by [`decide`](crate::protocol::decide) and
///   writing happen as if nothing else happened in between, also from other processes.
/// - **Changes last**: once a call has returned `Ok`, every later [`claim`](Self::claim) of anybody sees it.
///   A claim never decides by a stale copy.
/// - **A call that returns an error may have changed the record or not.** The operation asks again, and
///   recognises its own lease.
/// - **Records hold everything**: the lease and the validation digest survive completion.
/// - **Time is the caller's**: conditions compare with the `now_ms` that they are given.
/// - A record may vanish once it has expired, and not before.
///
/// `powertools_idempotency::conformance` checks an implementation. A store keeps records and nothing else: no
/// setting of an operation, so that operations which share it are independent.
pub trait PersistenceStore: Send + Sync + 'static {
    /// Asks for the right to run the operation of `key`.
    fn claim(
        &self,
        key: &str,
        now_ms: u64,
        claim: Claim,
    ) -> impl Future<Output = Result<ClaimOutcome, StoreError>> + Send;

    /// Records the result of an attempt that holds `lease`; `data` is JSON.
    ///
    /// # Errors
    ///
    /// [`StoreError::TooLarge`] for a result that the store can't keep, [`StoreError::Unavailable`] and
    /// [`StoreError::Refused`] as everywhere.
    fn complete(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        data: Option<&str>,
        expires_at: u64,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send;

    /// Gives back the right of an attempt that holds `lease`.
    fn release(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send;

    /// Lets an attempt that holds `lease` run until `until` milliseconds since 1970.
    fn extend(
        &self,
        key: &str,
        now_ms: u64,
        lease: &Lease,
        until: u64,
        expires_at: u64,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send;

    /// Returns this store with results kept as native values instead of JSON text, if the store has such values.
    ///
    /// `IdempotencyBuilder::typescript_compatible` asks for it. Other operations that
    /// share the records of the store are not affected. By default it is the store itself.
    #[must_use]
    fn with_native_data(self) -> Self
    where
        Self: Sized,
    {
        self
    }

    /// Returns the record as it is now, expired or not.
    fn read(&self, key: &str) -> impl Future<Output = Result<Option<Record>, StoreError>> + Send;
}

/// What an attempt asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// The lease that it wants.
    pub lease: Lease,
    /// When the record would expire, in seconds since 1970.
    pub expires_at: u64,
    /// The digest of what is validated.
    pub validation: Option<String>,
}

/// The answer to a claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClaimOutcome {
    /// The attempt may run.
    Granted,
    /// It may not: this is the record as it is.
    Held(Record),
}

/// The answer to a change that only the holder of a lease may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "an attempt that has lost its lease has to know"]
pub enum WriteOutcome {
    /// It is made.
    Applied,
    /// The lease is another's by now, or nobody's; nothing was changed.
    LeaseLost,
}
