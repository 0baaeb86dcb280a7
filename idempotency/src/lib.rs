//! Idempotency for AWS Lambda: an effect happens once, however often its event is delivered.

mod builder;
pub mod conformance;
mod error;
mod event;
mod idempotency;
mod key;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
pub mod machine;
mod outcome;
mod policy;
mod problem;
mod record;
mod run;
mod store;

pub use powertools_core::{Clock, Environment, Invocation, ManualClock, SystemClock, Warning};

pub use builder::IdempotencyBuilder;
pub use error::IdempotencyError;
pub use event::Event;
pub use idempotency::Idempotency;
pub use key::{Digest, KeyFrom, PayloadError, canonical_json};
#[cfg(feature = "jmespath")]
pub use key::{JmesPath, JmesPathError};
pub use outcome::Outcome;
pub use policy::{MissingKey, Unrecorded, WhileInProgress};
pub use problem::{FromProblem, IdempotencyProblem};
pub use record::{Lease, Owner, Record, Status};
pub use run::{Attempt, Call};
#[cfg(feature = "dynamodb")]
pub use store::{AttributeClash, DynamoDbStore, DynamoDbStoreBuilder};
pub use store::{Claim, Claimed, Fenced, MemoryStore, PersistenceStore, StoreError};

/// Runs an asynchronous function once a key, and gives its result to every other call with that key.
///
/// ```
/// use std::sync::LazyLock;
///
/// use powertools_idempotency::{Idempotency, IdempotencyProblem, MemoryStore, idempotent};
/// use serde::{Deserialize, Serialize};
///
/// static ORDERS: LazyLock<Idempotency<MemoryStore>> =
///     LazyLock::new(|| Idempotency::builder("place", MemoryStore::new()).build());
///
/// #[derive(Serialize)]
/// struct Order {
///     id: u32,
///     quantity: u32,
/// }
///
/// #[derive(Debug, Deserialize, PartialEq, Serialize)]
/// struct Receipt {
///     total: u32,
/// }
///
/// #[derive(Debug, thiserror::Error)]
/// enum OrderError {
///     #[error("nothing is ordered")]
///     Empty,
///     #[error(transparent)]
///     Idempotency(#[from] IdempotencyProblem),
/// }
///
/// #[idempotent(store = ORDERS, key = order.id)]
/// async fn place(order: &Order) -> Result<Receipt, OrderError> {
///     if order.quantity == 0 {
///         return Err(OrderError::Empty);
///     }
///     Ok(Receipt { total: 450 * order.quantity })
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), OrderError> {
/// let first = place(&Order { id: 17, quantity: 2 }).await?;
/// let again = place(&Order { id: 17, quantity: 2 }).await?;
/// assert_eq!(first, again);
/// # Ok(())
/// # }
/// ```
///
/// The options are expressions over the function's arguments, evaluated before it runs: `store`, `key`, and
/// `payload` where the operation [validates](IdempotencyBuilder::validate) a part of it or finds its
/// [key](IdempotencyBuilder::key_from) there. `store` is borrowed until the function returns: a method that
/// takes `&mut self` says `store = self.orders.clone()`.
///
/// The function keeps its signature. Its own errors release the key and pass unchanged; what goes wrong with
/// idempotency becomes one of them, by `From<IdempotencyProblem>`. It may be a method, generic, and borrow its
/// arguments. What it becomes is [`Idempotency::call`], [`Call::key`], [`Call::run`] and
/// [`IdempotencyError::flatten`]; who wants to know whether a result was replayed calls
/// [`Idempotency::run`].
///
/// A function that is not `async` does not compile, because the store is asked over the network:
///
/// ```compile_fail
/// # use powertools_idempotency::{Idempotency, IdempotencyProblem, MemoryStore, idempotent};
/// #[idempotent(store = orders, key = id)]
/// fn place(orders: &Idempotency<MemoryStore>, id: u32) -> Result<u32, IdempotencyProblem> {
///     Ok(id)
/// }
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::idempotent;
