//! The invocation as `lambda_runtime` presents it, and the tower layer that opens it.
//!
//! The layer belongs on [`lambda_runtime::Runtime::layer`]. There it sees the raw event before
//! anything else does, and goes on after the answer was posted: what observers do then costs the
//! caller nothing.

mod context;
mod deadline;
mod error_type;
mod event_bytes;
mod failure_field;
mod future;
mod handler_error;
mod layer;
mod observer;
mod service;

pub use crate::error_types::ErrorType;
pub use context::open_invocation;
pub use failure_field::FailureField;
pub use future::InvocationFuture;
pub use handler_error::{Boxed, Described, Failure, HandlerError, LocallyBoxed, Text, Typed};
pub use layer::InvocationLayer;
pub use observer::{End, Observer};
pub use service::InvocationService;
