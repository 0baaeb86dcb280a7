//! The logger's tower layers: [`Logger::runtime_layer`](crate::Logger::runtime_layer) around the
//! runtime, [`Logger::handler_layer`](crate::Logger::handler_layer) around the handler.

mod future;
mod handler_error;
mod layer;
mod observer;
mod service;

pub use powertools_core::lambda::{End, InvocationLayer, Observer};

pub use future::HandlerFuture;
pub use handler_error::{Boxed, Described, HandlerError, Text, Typed};
pub use layer::HandlerLayer;
pub use service::HandlerService;
