//! Requests over HTTP.

mod error;
mod future;
mod header;
mod layer;
mod service;
mod span;

pub use error::{Boxed, ClientError, Typed};
pub use future::HttpClientFuture;
pub use layer::HttpClientLayer;
pub use service::HttpClientService;
