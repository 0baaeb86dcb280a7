//! Promises of idempotency: an effect happens once.

mod handler;
