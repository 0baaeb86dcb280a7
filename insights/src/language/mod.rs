//! The query language: what a query is, and how it is read.

pub mod ast;
#[allow(dead_code)]
pub(crate) mod functions;
