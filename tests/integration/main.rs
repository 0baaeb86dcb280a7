//! Integration tests across the crates.
#![allow(clippy::unwrap_used, clippy::panic, reason = "every line of it is a test's")]

mod book;
mod compat;
mod concurrent;
mod demo;
mod events;
mod http_api;
mod idempotency;
mod insights;
mod local;
mod logger;
mod macros;
mod metrics;
mod payments;
mod powertools;
mod privacy;
mod quickstart;
mod templates;
mod tracer;
mod unique;
mod workspace;
