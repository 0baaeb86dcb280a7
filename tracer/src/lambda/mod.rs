//! The tracer's tower layers: [`Tracer::runtime_layer`](crate::Tracer::runtime_layer) around the runtime,
//! [`Tracer::handler_layer`](crate::Tracer::handler_layer) around the handler.

mod future;
mod handler_span;
mod identity;
mod layer;
mod observer;
mod response;
mod service;
#[cfg_attr(not(feature = "triggers"), path = "trigger/unknown.rs")]
mod trigger;

pub use powertools_core::lambda::{
    Boxed, Described, End, Failure, HandlerError, InvocationLayer, LocallyBoxed, Observer, Text,
    Typed,
};

pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use response::{HandlerResponse, Opaque, Posted, Serialized};
pub use service::HandlerService;
