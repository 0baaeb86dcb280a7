//! Idempotency for AWS Lambda: an effect happens once, however often its event is delivered.
//!
//! ```
//! use powertools_idempotency::{Idempotency, MemoryStore};
//!
//! type Error = Box<dyn std::error::Error + Send + Sync>;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! # let environment = powertools_idempotency::Environment::empty();
//! let charge = Idempotency::builder("charge", MemoryStore::new()).build();
//! for delivery in 1..=2 {
//!     let charged = charge.run("payment-17", &(), async || card("4242").await).await?;
//!     println!("{} {}", charged.is_replayed(), charged.into_inner());
//! }
//! # Ok(())
//! # }
//!
//! async fn card(number: &str) -> Result<String, Error> {
//!     Ok(format!("{number} charged"))
//! }
//! ```
//!
//! prints `false 4242 charged` and `true 4242 charged`: the second delivery got the first one's result. In a
//! function the store is a DynamoDB table, `DynamoDbStore::from_env("payments")` with the feature `dynamodb`, or
//! Valkey or Redis, `RedisStore::from_env("VALKEY_URL")` with the feature `redis`;
//! `idempotency/table.yaml` has the table and the permissions as a template.
//!
//! # How it works
//!
//! An attempt claims the key with one conditional write, runs, and completes the record with another, which
//! only the holder of the claim's lease may make. A fresh call costs two calls of the store, a replay one, and
//! none with a [local cache](IdempotencyBuilder::local_cache). The lease ends with the invocation's deadline, and every
//! call of the store ends [before that](IdempotencyBuilder::reserve), so that the function can answer;
//! whoever comes later takes over. A late attempt changes nothing, and learns that it lost. If the store can't be
//! asked, the operation does not run. [`protocol`] is the protocol as pure functions, which a model checker runs
//! in every order.
//!
//! | what happens | what becomes of the key |
//! |---|---|
//! | the operation returns `Ok` | its result is replayed until it [expires](IdempotencyBuilder::expires_after), an hour by default |
//! | it returns `Err`, or panics | it is released: a retry runs it again |
//! | its future is dropped, or the environment dies | it is held until the lease ends, which a [heartbeat](IdempotencyBuilder::heartbeat) makes short |
//! | the store does not answer the claim, or the call is dropped before it does | it is released in the background |
//! | the result can't be recorded | the result is [returned](OnRecordFailure) with a warning; a retry after the lease runs it again |
//! | the result would not replay, or is too large | it is done; a replay is [an error](IdempotencyError::ResultNotKept) |
//! | the record is deleted meanwhile | it is written again with the result |
//!
//! # Exactly once
//!
//! No store can make an effect outside of it happen exactly once: between the effect and its record the process may
//! die. Two things close that gap:
//!
//! - Give the system that the effect happens in a token that is the same for every attempt: [`Attempt::token`], or
//!   [`current_token`] in a function with `#[idempotent]`. Payment providers, SQS, Step Functions and many APIs of AWS
//!   recognise a repetition by it.
//! - If the effect is a write in DynamoDB, make it and the completion one transaction: `Attempt::complete_with`
//!   (feature `dynamodb`).
//!
//! # Exactly once
//!
//! The process may die after the effect and before the result is recorded; then a retry repeats the effect. If the effect
//! is in DynamoDB, `Attempt::complete_with` (feature `dynamodb`) makes it in one transaction with the record, so that it
//! happens exactly once. If it is elsewhere, give the key to the system that it happens in.
//!
//! # Global tables
//!
//! A claim is a conditional write, and holds as far as DynamoDB decides the condition. In a table of one Region
//! that is everywhere. A global table with multi-Region eventual consistency, which is the default, decides it in
//! each Region by itself and replicates later: **two Regions can claim the same key, and both run the operation.**
//! The later write wins, and neither attempt hears of the other. There are three ways to avoid this:
//!
//! - Create the global table with multi-Region strong consistency. A write that conflicts with one in another
//!   Region fails then, and is tried again.
//! - Send all requests with one key to one Region.
//! - Use a table of one Region from all Regions: give `DynamoDbStore::new` a client of that Region.
//!
//! The same is true of every store whose conditional writes are replicated later, and so of
//! Valkey and Redis: `RedisStore` says what a failover may lose.
//!
//! # Ways in
//!
//! - [`Idempotency::run`] for any asynchronous code; [`Idempotency::call`] looks for the key in the payload, and
//!   gives the operation its [`Attempt`], whose lease it may extend, and which completes the record together with the
//!   operation's own writes in DynamoDB.
//! - `Idempotency::handler_layer` around a whole handler (feature `lambda-runtime`, on by default).
//! - `Idempotency::http_layer` around an HTTP API (feature `idempotency-http`).
//! - [`Idempotency::run_blocking`] for synchronous code, which blocks its thread while the store is asked, and says
//!   where it can't.
//! - `#[idempotent]` for functions and methods, asynchronous or not (feature `macros`).
//!
//! # HTTP APIs
//!
//! With the feature `idempotency-http`, `Idempotency::http_layer` makes the responses of an axum router, or of any other service of
//! `http` requests, idempotent by the header `Idempotency-Key`, as the draft of the IETF describes it: a retry gets the
//! status, the headers and the body of the first response, 409 while that is being processed, and 422 with another
//! payload. Keys belong to a tenant and a route. The module `http` has the rules and examples.
//!
//! # Features
//!
//! | feature | what it brings |
//! |---|---|
//! | `lambda-runtime` (default) | the tower layer |
//! | `dynamodb` | `DynamoDbStore`, with AWS's SDK, rustls and ring; `ring_http_client`, for other clients of the SDK |
//! | `http` | the tower layer for HTTP APIs |
//! | `jmespath` | keys by JMESPath, with `powertools_json`, `powertools_base64` and `powertools_base64_gzip` |
//! | `macros` | `#[idempotent]` |
//! | `md5` | MD5 digests, and records that Powertools for Python shares |
//! | `redis` | `RedisStore`, for Valkey and Redis |
//! | `redis-cluster` | the same in a cluster |
//! | `redis-tls` | connections to them by TLS, with rustls and ring |
//!
//! A store of your own implements [`PersistenceStore`], and [`conformance`] checks it.
//!
//! # Environment
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `POWERTOOLS_IDEMPOTENCY_DISABLED` | run operations as often as they are asked for, with a warning | off |
//! | `AWS_LAMBDA_FUNCTION_NAME` | begins the [prefix](IdempotencyBuilder::prefix) of keys | empty |
//!
//! Names of attributes, of the variable and the claim's condition are those of Powertools for AWS Lambda (Python).

mod blocking_error;
mod budget;
mod builder;
mod cache;
mod call_id;
mod codec;
pub mod conformance;
mod error;
mod event;
#[cfg(feature = "idempotency-http")]
pub mod http;
mod idempotency;
mod key;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
mod outcome;
mod policy;
mod problem;
pub mod protocol;
mod record;
mod registry;
mod result_json;
mod run;
mod store;
#[cfg(test)]
mod testing;

pub use powertools_core::{Clock, Environment, Invocation, ManualClock, SystemClock, Warning};

pub use blocking_error::BlockingError;
pub use builder::IdempotencyBuilder;
pub use call_id::CallId;
pub use codec::{CodecError, ResultCodec};
pub use error::IdempotencyError;
pub use event::Event;
pub use idempotency::Idempotency;
pub use key::{CanonicalForm, Digest, KeyFrom, PayloadError};
#[cfg(feature = "jmespath")]
pub use key::{JmesPath, JmesPathError};
pub use outcome::Outcome;
pub use policy::{OnInProgress, OnMissingKey, OnMissingPart, OnRecordFailure};
pub use problem::{FromProblem, IdempotencyProblem};
pub use record::{Lease, Owner, Record, Status};
pub use result_json::ResultJson;
#[cfg(feature = "dynamodb")]
pub use run::CompleteWithError;
pub use run::{Attempt, Call, current_token};
#[cfg(feature = "redis")]
pub use store::RedisStore;
#[cfg(feature = "dynamodb")]
pub use store::{
    AttributeClash, DynamoDbStore, DynamoDbStoreBuilder, InvalidWrites, WriteFailure,
    WriteFailureReason, ring_http_client,
};
pub use store::{Claim, ClaimOutcome, MemoryStore, PersistenceStore, StoreError, WriteOutcome};

/// Runs a function, asynchronous or not, once a key, and gives its result to every other call with that key.
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
/// arguments. What it becomes is [`Idempotency::call`], [`Call::key`], [`Call::try_run`] and
/// [`IdempotencyError::flatten`]. To see whether a result was replayed, call [`Idempotency::run`] instead.
///
/// A function that is not `async` becomes [`Call::try_run_blocking`], and blocks its thread while the store is asked.
/// Where that can't be, on a current-thread runtime for one, its error is [`IdempotencyError::CannotBlock`]:
///
/// ```
/// # use powertools_idempotency::{Idempotency, IdempotencyProblem, MemoryStore, idempotent};
/// #[idempotent(store = orders, key = id)]
/// fn place(orders: &Idempotency<MemoryStore>, id: u32) -> Result<u32, IdempotencyProblem> {
///     Ok(id)
/// }
/// # let environment = powertools_idempotency::Environment::empty();
/// # let orders = Idempotency::builder("place", MemoryStore::new()).environment(environment).build();
/// # assert_eq!(place(&orders, 17).unwrap(), 17);
/// ```
#[cfg(feature = "macros")]
#[doc(inline)]
pub use powertools_macros::idempotent;
