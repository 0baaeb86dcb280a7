//! What the inner service gets of a request.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{Api, HttpApi, operation, post};
use crate::{Attempt, MemoryStore, WriteOutcome, current_token};

/// A body that ends with an error, or pretends to be larger than it is.
struct Broken {
    lower: u64,
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(Some(Err(io::Error::other("connection reset"))))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = SizeHint::new();
        hint.set_lower(self.lower);
        hint
    }
}

#[tokio::test]
async fn body_beyond_the_limit_is_refused() {
    let api = Api::new();
    let layer = operation(MemoryStore::new()).build().http_layer();
    let service = api.layered(layer.max_request_body(3));
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "1: tea", "the limit itself");
    let reply = service.send(post("/orders", "teas")).await;
    assert_eq!(reply.refusal(), (413, "RequestBodyTooLarge".into()));
    let announced = post("/orders", "").map(|_| Body::new(Broken { lower: 4 }));
    assert_eq!(service.send(announced).await.status, 413, "without reading it");
    let mut without_key = post("/orders", "without a key");
    without_key.headers_mut().remove("idempotency-key");
    assert_eq!(service.send(without_key).await.status, 201, "is not read by the layer");
    assert_eq!(api.calls(), 2);
}

#[tokio::test]
async fn body_that_breaks_off_is_a_bad_request_and_runs_nothing() {
    let api = Api::new();
    let service = api.service();
    let broken = post("/orders", "").map(|_| Body::new(Broken { lower: 0 }));
    let reply = service.send(broken).await;
    assert_eq!(reply.refusal(), (400, "RequestBodyUnreadable".into()));
    assert!(!reply.text().contains("reset"));
    assert_eq!(service.send(post("/orders", "tea")).await.text(), "1: tea");
}

#[tokio::test]
async fn inner_service_gets_head_extensions_and_body_as_they_came() {
    let layer = operation(MemoryStore::new()).build().http_layer();
    let echo = tower::service_fn(async |request: http::Request<Body>| {
        let (head, body) = request.into_parts();
        assert_eq!((head.version, head.extensions.get()), (http::Version::HTTP_2, Some(&7_u8)));
        assert_eq!(
            (head.uri.to_string().as_str(), head.headers["x-a"].as_bytes()),
            ("/o?a=%20", &b"b"[..])
        );
        Ok::<_, std::convert::Infallible>(http::Response::new(body))
    });
    let service = tower_layer::Layer::layer(&layer, echo);
    let mut request = post("/o?a=%20", "tea");
    *request.version_mut() = http::Version::HTTP_2;
    request.extensions_mut().insert(7_u8);
    request.headers_mut().insert("x-a", "b".parse().unwrap());
    assert_eq!(service.send(request).await.text(), "tea");
}

#[tokio::test]
async fn handler_finds_its_attempt_in_the_extensions() {
    let layer = operation(MemoryStore::new()).build().http_layer();
    let service = tower_layer::Layer::layer(
        &layer,
        tower::service_fn(async |request: http::Request<Body>| {
            let attempt = request.extensions().get::<Attempt<MemoryStore>>().cloned();
            let token = attempt.as_ref().and_then(Attempt::token);
            assert_eq!(token, current_token());
            if let Some(attempt) = attempt {
                let extended = attempt.extend(Duration::from_secs(600)).await;
                assert_eq!(extended.unwrap(), WriteOutcome::Applied);
            }
            Ok::<_, std::convert::Infallible>(http::Response::new(Body::from(
                token.unwrap_or_default(),
            )))
        }),
    );
    assert_eq!(service.send(post("/orders", "tea")).await.body.len(), 36);
    let mut without_key = post("/orders", "tea");
    without_key.headers_mut().remove("idempotency-key");
    assert_eq!(service.send(without_key).await.text(), "");
}
