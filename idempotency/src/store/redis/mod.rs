//! Records in Valkey or Redis.

#[cfg(feature = "redis-cluster")]
mod cluster;
mod connection;
mod failure;
mod hash;
mod persist;
mod script;
mod store;
#[cfg(feature = "redis-tls")]
mod tls;

pub use store::RedisStore;
