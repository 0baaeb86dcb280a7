//! Idempotency for AWS Lambda: an effect happens once, however often its event is delivered.

mod builder;
pub mod conformance;
mod error;
mod event;
mod idempotency;
mod key;
pub mod machine;
mod outcome;
mod policy;
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
pub use record::{Lease, Owner, Record, Status};
pub use run::{Attempt, Call};
#[cfg(feature = "dynamodb")]
pub use store::{AttributeClash, DynamoDbStore, DynamoDbStoreBuilder};
pub use store::{Claim, Claimed, Fenced, MemoryStore, PersistenceStore, StoreError};
