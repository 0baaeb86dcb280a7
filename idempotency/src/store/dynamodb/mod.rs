//! Records in a DynamoDB table.

mod attributes;
mod builder;
mod client;
mod failure;
mod item;
mod names;
#[cfg(feature = "md5")]
mod native;
mod persist;
mod store;

pub use attributes::AttributeClash;
pub use builder::DynamoDbStoreBuilder;
pub use client::ring_http_client;
pub use store::DynamoDbStore;

#[cfg(test)]
mod tests;
