//! Metrics as tower layers: [`Metrics::runtime_layer`](crate::Metrics::runtime_layer) around the runtime,
//! [`Metrics::handler_layer`](crate::Metrics::handler_layer) around the handler.

mod future;
mod http_status;
mod layer;
mod observer;
mod service;

pub use powertools_core::lambda::{
    End, HandlerResponse, InvocationLayer, Observer, Posted, Serialized, Streamed,
};

pub use future::{Flush, HandlerFuture};
pub use layer::HandlerLayer;
pub use service::HandlerService;
