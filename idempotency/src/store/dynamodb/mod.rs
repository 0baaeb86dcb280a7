//! Records in a DynamoDB table.

mod attributes;
mod builder;
mod client;
mod credentials;
mod failure;
mod item;
mod names;
#[cfg(feature = "md5")]
mod native;
mod persist;
mod store;
mod table;
mod transaction;
mod write_failure;
mod writes;

pub use attributes::AttributeClash;
pub use builder::DynamoDbStoreBuilder;
pub use client::ring_http_client;
pub use store::DynamoDbStore;
pub use write_failure::{WriteFailure, WriteFailureReason};
pub use writes::InvalidWrites;

#[cfg(test)]
mod tests;
