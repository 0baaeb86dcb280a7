//! The facade: everything around a function that `powertools::run` starts, in a process of its own.

mod deadline;
mod errors;
mod fixture;
mod handlers;
mod start;
mod streams;
