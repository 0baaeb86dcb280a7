//! Metrics as tower layers: [`Metrics::runtime_layer`](crate::Metrics::runtime_layer) around the runtime,
//! [`Metrics::handler_layer`](crate::Metrics::handler_layer) around the handler.

mod future;
mod layer;
mod observer;
mod service;

pub use powertools_core::lambda::{End, InvocationLayer, Observer};

pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use service::HandlerService;
