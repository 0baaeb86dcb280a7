//! Promises of the macros: they do what their expansion would do if written by hand.

mod idempotent;
mod metric_group;
