//! Checks that a store keeps what [`PersistenceStore`] promises, by comparing it with the protocol.
//!
//! ```
//! use powertools_idempotency::{MemoryStore, conformance};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), conformance::Violations> {
//! conformance::check(&MemoryStore::new()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! In a test, returning `Result<(), Violations>` is all it takes; no test framework is involved.
//!
//! Some hundred short scripts are played to the store and to [`decide`](crate::protocol::decide): for every
//! state that a record can be in, every request, by its holder and by others, at every moment that matters.
//! Then come requests at the same time, of which one may win, and data of every shape. Keys are random, so
//! that it can run on a table that others use, and what it leaves behind expires within hours.

mod data;
mod race;
mod script;
mod states;
mod together;
mod violations;

use std::future::Future;

use crate::{PersistenceStore, Record, StoreError};

pub use violations::Violations;

/// Checks a store.
///
/// It makes some thousand calls, one after the other but for the races; a local store answers them in a
/// second, DynamoDB in half a minute.
///
/// # Errors
///
/// [`Violations`]: everything that differs from the protocol, each with what led to it.
pub async fn check<S: PersistenceStore>(store: &S) -> Result<(), Violations> {
    let mut found = Violations::default();
    script::play_all(store, &states::reachable(), &mut found).await;
    race::check(store, &mut found).await;
    data::check(store, &mut found).await;
    found.into_result()
}

/// Checks a store with records as other programs write them: without a lease, in progress or completed.
///
/// No call of a store makes such a record; `put` has to write one as that program would.
///
/// # Errors
///
/// [`Violations`], as [`check`].
pub async fn check_foreign<S, F, Fut>(store: &S, put: F) -> Result<(), Violations>
where
    S: PersistenceStore,
    F: Fn(String, Record) -> Fut,
    Fut: Future<Output = Result<(), StoreError>>,
{
    let mut found = Violations::default();
    for (name, record) in states::foreign() {
        script::play_on(store, &put, name, &record, &mut found).await;
    }
    found.into_result()
}

#[cfg(test)]
mod tests;
