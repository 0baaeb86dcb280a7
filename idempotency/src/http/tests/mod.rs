//! The layer as clients of an API see it, around axum's body; `lambda` and `axum` have the real adapters around it.

mod axum;
mod draft;
mod failures;
mod identity;
mod lambda;
mod replays;
mod requests;

use std::{
    convert::Infallible,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use ::axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use powertools_core::Environment;
use serde_json::Value;
use tower::ServiceExt;
use tower_layer::Layer;
use tower_service::Service;

use super::{HttpLayer, Streamed};
use crate::{Idempotency, IdempotencyBuilder, MemoryStore, PersistenceStore};

const UUID: &str = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"";

/// Starts to configure an operation that reads nothing of the test's environment.
fn operation<S: PersistenceStore>(store: S) -> IdempotencyBuilder<S> {
    Idempotency::builder("orders", store).environment(Environment::of([("", ""); 0]))
}

/// An API that counts how often it is called.
#[derive(Clone)]
struct Api {
    calls: Arc<AtomicU32>,
}

impl Api {
    fn new() -> Self {
        Self { calls: Arc::default() }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Returns the service, with a layer of a new store around it.
    fn service(&self) -> impl HttpApi {
        self.layered(operation(MemoryStore::new()).build().http_layer())
    }

    /// Returns the service that places an order, with this layer around it: 201, the number of the call and the body
    /// of the request.
    fn layered<S: PersistenceStore>(&self, layer: HttpLayer<S, Streamed>) -> impl HttpApi {
        self.responding(layer, |call, body| {
            let body = format!("{call}: {}", String::from_utf8_lossy(&body));
            Response::builder()
                .status(StatusCode::CREATED)
                .header("content-type", "text/plain")
                .body(Body::from(body))
                .unwrap()
        })
    }

    /// Returns a service with responses by the number of the call and the request's body.
    fn responding<S: PersistenceStore>(
        &self,
        layer: HttpLayer<S, Streamed>,
        respond: impl Fn(u32, Bytes) -> Response<Body> + Clone + Send + Sync + 'static,
    ) -> impl HttpApi {
        let calls = self.calls.clone();
        layer.layer(tower::service_fn(move |request: Request<Body>| {
            let (calls, respond) = (calls.clone(), respond.clone());
            async move {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(respond(call, body))
            }
        }))
    }
}

/// What a test sends requests to.
trait HttpApi: Clone + Send + Sync + 'static {
    /// Responds to a request, whose body is still to be read.
    fn respond(&self, request: Request<Body>) -> impl Future<Output = Response<Body>> + Send;

    /// Sends a request, and waits for the whole response.
    fn send(&self, request: Request<Body>) -> impl Future<Output = Reply> + Send {
        async {
            let (head, body) = self.respond(request).await.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Reply { status: head.status.as_u16(), headers: head.headers, body }
        }
    }
}

impl<T, B> HttpApi for T
where
    T: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    T: Clone + Send + Sync + 'static,
    T::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    async fn respond(&self, request: Request<Body>) -> Response<Body> {
        self.clone().oneshot(request).await.unwrap().map(Body::new)
    }
}

/// A response.
#[derive(Clone, Debug, PartialEq)]
struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn is_replayed(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// Returns the problem of a refusal.
    fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.header("content-language"), Some("en"));
        let problem: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        problem
    }

    /// Returns the status and the code of a refusal.
    fn refusal(&self) -> (u16, String) {
        (self.status, self.problem()["code"].as_str().unwrap().to_owned())
    }
}

fn request(method: Method, path: &str, key: Option<&str>, body: &str) -> Request<Body> {
    let mut request = Request::new(Body::from(body.to_owned()));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    if let Some(key) = key {
        request.headers_mut().insert("idempotency-key", HeaderValue::from_str(key).unwrap());
    }
    request
}

fn post(path: &str, body: &str) -> Request<Body> {
    request(Method::POST, path, Some(UUID), body)
}
