//! The tower layer around a handler: [`Idempotency::handler_layer`](crate::Idempotency::handler_layer).

mod error;
mod future;
mod layer;
mod service;

pub use error::{LayerError, Layered};
pub use future::HandlerFuture;
pub use layer::HandlerLayer;
pub use service::HandlerService;
