//! Promises of the macros: they do what their expansion would do if written by hand.

mod error_type;
mod handler;
mod idempotent;
mod metered;
mod metric_group;
#[rustfmt::skip]
mod one_line;
mod traced;
