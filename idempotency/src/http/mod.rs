//! The tower layer for HTTP APIs: [`Idempotency::http_layer`](crate::Idempotency::http_layer).

mod buffer;
mod captured;
mod future;
mod identity;
mod invocation;
mod key_header;
mod layer;
mod operation;
mod record;
mod refusal;
mod request_body;
mod response_body;
mod service;
mod settings;
#[cfg(test)]
mod tests;

pub use future::HttpFuture;
pub use layer::HttpLayer;
pub use record::is_replayed_header;
pub use request_body::{InMemory, ReadError, RequestBody, Streamed};
pub use response_body::ResponseBody;
pub use service::HttpService;
pub use settings::is_recorded_status;
