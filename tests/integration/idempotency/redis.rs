//! Records in Redis, on real servers.

mod cluster;
pub(crate) mod conforms;
mod connections;
pub(crate) mod effects;
mod failures;
mod proxy;
mod server;
mod tls;

pub(crate) use server::Server;
