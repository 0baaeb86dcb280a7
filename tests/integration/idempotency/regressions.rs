//! What other implementations of idempotency get wrong, each under the number of the promise.

mod leases;
mod payloads;
mod results;
mod settings;
mod trouble;
