//! Promises of the macros: they do what their expansion would do if written by hand.

mod error_type;
mod handler;
mod idempotent;
mod metered;
mod metric_group;
mod traced;
