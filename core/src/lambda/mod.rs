//! The invocation as `lambda_runtime` presents it, and the tower layer that opens it.
//!
//! Add the layer with [`lambda_runtime::Runtime::layer`]. There it sees the raw event before any other layer, and
//! continues after the response has been posted, so the caller does not wait for the work of observers.

mod body;
mod context;
mod deadline;
mod error_type;
mod event_bytes;
mod failure_field;
mod future;
mod handler_error;
mod http_event;
mod http_outcome;
mod http_status;
mod layer;
mod observer;
mod open_bodies;
mod response;
mod service;

pub use crate::error_types::ErrorType;
pub use body::{BodyError, BodyWatch, WatchedBody};
pub use context::open_invocation;
pub use failure_field::FailureField;
pub use future::InvocationFuture;
pub use handler_error::{Boxed, Described, Failure, HandlerError, LocallyBoxed, Text, Typed};
pub use http_outcome::HttpOutcome;
pub use layer::InvocationLayer;
pub use observer::{End, Observer};
pub use response::{HandlerResponse, Posted, Serialized, Streamed};
pub use service::InvocationService;
