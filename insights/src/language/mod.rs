//! The query language: what a query is, and how it is read.

pub mod ast;
