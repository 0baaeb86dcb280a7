//! The tracer's tower layers: [`Tracer::runtime_layer`](crate::Tracer::runtime_layer) around the runtime,
//! [`Tracer::handler_layer`](crate::Tracer::handler_layer) around the handler.

mod body;
mod close;
mod future;
mod handler_span;
mod identity;
mod in_span;
mod layer;
mod observer;
mod service;
#[cfg_attr(not(feature = "triggers"), path = "trigger/disabled.rs")]
mod trigger;

pub use powertools_core::lambda::{
    Boxed, Described, End, Failure, HandlerError, HandlerResponse, InvocationLayer, LocallyBoxed,
    Observer, Posted, Serialized, Streamed, Text, Typed,
};

pub use body::Body;
pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use service::HandlerService;
