//! The logger's tower layers: [`Logger::runtime_layer`](crate::Logger::runtime_layer) around the
//! runtime, [`Logger::handler_layer`](crate::Logger::handler_layer) around the handler.

mod body;
mod deadline;
mod failure;
mod future;
mod http_status;
mod layer;
mod observer;
mod service;

pub use powertools_core::lambda::{
    Boxed, Described, End, Failure, HandlerError, HandlerResponse, InvocationLayer, LocallyBoxed,
    Observer, Posted, Serialized, Streamed, Text, Typed,
};

pub use body::Body;
pub use failure::{log_failure, log_uncaught_panic};
pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use service::HandlerService;
