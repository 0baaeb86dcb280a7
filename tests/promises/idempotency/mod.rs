//! Promises about idempotency.

mod model;
