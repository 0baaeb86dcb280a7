//! The logger's tower layers: [`Logger::runtime_layer`](crate::Logger::runtime_layer) around the
//! runtime, [`Logger::handler_layer`](crate::Logger::handler_layer) around the handler.

mod deadline;
mod failure;
mod future;
mod layer;
mod observer;
mod service;

pub use powertools_core::lambda::{
    Boxed, Described, End, Failure, HandlerError, InvocationLayer, LocallyBoxed, Observer, Text,
    Typed,
};

pub use failure::{log_failure, log_uncaught_panic};
pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use service::HandlerService;
