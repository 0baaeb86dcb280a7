//! The facade: everything around a function that `powertools::run` starts, in a process of its own.

mod deadline;
mod error_names;
mod errors;
mod fixture;
mod handlers;
mod http_status;
mod panics;
mod start;
mod stream_layers;
mod streams;
