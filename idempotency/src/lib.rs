//! Idempotency for AWS Lambda: an effect happens once, however often its event is delivered.

mod builder;
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
pub use key::{Digest, KeyFrom, canonical_json};
pub use outcome::Outcome;
pub use policy::{MissingKey, Unrecorded, WhileInProgress};
pub use problem::{FromProblem, IdempotencyProblem};
pub use record::{Lease, Owner, Record, Status};
pub use run::{Attempt, Call};
pub use store::{Claim, Claimed, Fenced, MemoryStore, PersistenceStore, StoreError};
