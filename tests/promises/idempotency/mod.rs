//! Promises about effects that happen once.

mod dynamodb;
mod handler;
