//! The tower layer that makes the responses of an HTTP API idempotent by the `Idempotency-Key` header, as
//! [draft-ietf-httpapi-idempotency-key-header] describes it.
//!
//! Put [`Idempotency::http_layer`](crate::Idempotency::http_layer) around an axum router, or around any other service
//! from `http::Request<B>` to `http::Response<B>`:
//!
//! ```no_run
//! use axum::{Router, http::StatusCode, routing::post};
//! use powertools_idempotency::{Idempotency, MemoryStore};
//!
//! async fn place(order: String) -> (StatusCode, String) {
//!     // Charges a card, writes to a database.
//!     (StatusCode::CREATED, format!("ordered: {order}"))
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), lambda_http::Error> {
//!     // Several environments need a store that they share, such as `DynamoDbStore`.
//!     let orders = Idempotency::builder("orders", MemoryStore::new()).build();
//!     let router = Router::new().route("/orders", post(place)).layer(orders.http_layer());
//!     lambda_http::run(router).await
//! }
//! ```
//!
//! A client that sends `POST /orders` again with the same `Idempotency-Key: "8e03978e-…"`, because it did not get the
//! response, gets the first response, and the order is placed once.
//!
//! A function of `lambda_http` has the layer around it as well, with the tenant from the authorizer:
//!
//! ```no_run
//! use lambda_http::{
//!     Body, Error, Request, RequestExt, Response, service_fn, tower::Layer,
//! };
//! use powertools_idempotency::{Idempotency, MemoryStore};
//!
//! async fn place(order: Request) -> Result<Response<Body>, Error> {
//!     Ok(Response::builder().status(201).body(order.into_body())?)
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     let orders = Idempotency::builder("orders", MemoryStore::new()).build();
//!     let layer = orders.http_layer().required(true).tenant(|request| {
//!         let context = request.extensions.request_context_ref()?;
//!         Some(context.authorizer()?.fields.get("tenant")?.as_str()?.to_owned())
//!     });
//!     lambda_http::run(layer.layer(service_fn(place))).await
//! }
//! ```
//!
//! # Which requests are the same
//!
//! The layer applies to POST and PATCH ([`methods`](HttpLayer::methods)) with the header ([`header`](HttpLayer::header)).
//! Others pass untouched; without the header they are refused if it is [`required`](HttpLayer::required). The key of a
//! record consists of the tenant, the method, the path or [`route`](HttpLayer::route) and the value of the header. So
//! neither tenants nor routes share a response, as long as the layer knows the tenant: it takes the one of the
//! invocation, and the one that [`tenant`](HttpLayer::tenant) finds. **An API with several clients needs one of them**, or
//! a client that guesses a key reads the response of another. For the same reason authentication belongs outside of the
//! layer.
//!
//! The value is a quoted string (`"8e03978e-…"`); without quotes it is the same key. All of the request's method, path,
//! query and body is its [`fingerprint`](HttpLayer::fingerprint), which a retry has to have in common with the first
//! request.
//!
//! # Responses of the layer
//!
//! They are problems (RFC 9457, `application/problem+json`) with a stable `code`, and never quote the request or a record.
//!
//! | status | `code` | when |
//! |---|---|---|
//! | 400 | `IdempotencyKeyMissing` | the header is required and missing |
//! | 400 | `IdempotencyKeyInvalid` | the header is malformed, there are two, or the key is too long or not in the [format](HttpLayer::key_format) |
//! | 400 | `RequestBodyUnreadable` | the body of the request broke off |
//! | 403 | `IdempotencyTenantUnknown` | [`tenant`](HttpLayer::tenant) has found none |
//! | 409 | `IdempotencyAlreadyInProgress` | the first request is still being processed; with [`Retry-After`](HttpLayer::retry_after) |
//! | 410 | `IdempotencyResultNotKept` | the request was processed, and its response was too large or could not be recorded; it is not processed again |
//! | 413 | `RequestBodyTooLarge` | the body of the request is larger than the [limit](HttpLayer::max_request_body) |
//! | 422 | `IdempotencyPayloadMismatch` | the key came before with another request |
//! | 500 | `IdempotencyUnreadableResult` | the record is not a response, such as one of another program |
//! | 500 | `IdempotencyNotRecorded` | the request was processed, and the response could not be recorded; only with [`OnRecordFailure::Fail`](crate::OnRecordFailure::Fail), otherwise the client gets the response |
//! | 503 | `IdempotencyStore` | the store is not available; the request was not processed |
//! | 503 | `IdempotencyTooLate` | too little time is left; the request was not processed |
//! | 503 | `IdempotencyLeaseLost`, `IdempotencyLeaseEnded` | processing took longer than its lease; a retry gets the response of the other attempt, or is processed |
//!
//! Statuses of 500 and more and 410 are logged as warnings.
//!
//! # Which responses are replayed
//!
//! Those whose status decides the request: 2xx, 3xx and most of 4xx; [`is_recorded_status`] has the list, and
//! [`record_status`](HttpLayer::record_status) changes it. Every other response, an error of the service and a panic
//! release the key, so that a retry is processed again. So a handler that does not know whether its effect has happened
//! must not answer with 5xx, unless that effect is idempotent by itself: the handler finds its
//! [`Attempt`](crate::Attempt), which has a [token](crate::Attempt::token) for the system behind it, in the extensions of
//! the request.
//!
//! A replay has the status, the headers and the body of the first response, byte by byte, and `Idempotent-Replayed: true`
//! ([`replay_marker`](HttpLayer::replay_marker)). `Date`, `Set-Cookie`, headers of the connection and values that are
//! marked as sensitive are neither recorded nor replayed ([`replay_header`](HttpLayer::replay_header)). What layers further
//! out add, such as CORS headers, is added to replays as well.
//!
//! The response is held back until it is recorded, also if its body is a stream. A body that is larger than
//! [`max_response_body`](HttpLayer::max_response_body), has trailers or ends with an error passes as it is, and the
//! request counts as processed. Do not put the layer around routes that stream for long.
//!
//! # When the client goes away
//!
//! Lambda finishes a request also if nobody waits for its response. A server such as hyper's drops the future instead;
//! then the key stays in progress until the lease ends, because the effect may have happened, and retries get 409.
//!
//! # The record
//!
//! Its data is `{"status": 201, "headers": [["content-type", "text/plain"]], "body": "…"}`, which is what a
//! [response hook](crate::IdempotencyBuilder::response_hook) sees. A body or a header that is not UTF-8 is
//! `{"base64": "…"}`, and an empty body is left out.
//!
//! [draft-ietf-httpapi-idempotency-key-header]: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/

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
