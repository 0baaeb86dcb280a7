//! Records in Valkey and Redis, on real servers.

mod cluster;
mod conforms;
mod connections;
mod effects;
mod failures;
mod proxy;
mod server;
mod tls;
mod valkey;

use server::Server;
