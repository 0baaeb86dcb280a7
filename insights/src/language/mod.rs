//! The query language: what a query is, and how it is read.

pub mod ast;
mod columns;
pub(crate) mod commands;
#[cfg(test)]
pub(crate) mod corpus;
pub(crate) mod functions;
pub(crate) mod names;
mod parser;
pub(crate) mod units;
pub(crate) mod walk;
