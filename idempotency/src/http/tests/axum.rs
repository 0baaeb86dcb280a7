//! A real router of axum.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    extract::MatchedPath,
    http::StatusCode,
    routing::{get, post as on_post},
};
use http::{Method, request::Parts};

use super::{HttpApi, UUID, operation, post, request};
use crate::{
    MemoryStore,
    http::{HttpLayer, Streamed},
};

fn layer() -> HttpLayer<MemoryStore, Streamed> {
    operation(MemoryStore::new()).build().http_layer()
}

/// Returns a router that counts its calls.
fn orders(calls: &Arc<AtomicU32>) -> Router {
    let calls = calls.clone();
    let count = move || calls.fetch_add(1, Ordering::SeqCst) + 1;
    let place = {
        let count = count.clone();
        async move |body: Bytes| (StatusCode::CREATED, format!("{}: {}", count(), body.len()))
    };
    Router::new()
        .route("/orders", on_post(place))
        .route("/orders/{id}/pay", on_post(async move || count().to_string()))
        .route("/orders/{id}", get(async || "an order"))
}

fn matched_path(request: &Parts) -> Option<String> {
    Some(request.extensions.get::<MatchedPath>()?.as_str().to_owned())
}

#[tokio::test]
async fn router_replays_its_responses() {
    let calls = Arc::default();
    // The type of bodies is inferred, as it is for users.
    let router = orders(&calls).layer(operation(MemoryStore::new()).build().http_layer());
    let first = router.send(post("/orders", "tea")).await;
    let retry = router.send(post("/orders", "tea")).await;
    assert_eq!((first.status, first.text(), first.is_replayed()), (201, "1: 3", false));
    assert_eq!((retry.status, retry.text(), retry.is_replayed()), (201, "1: 3", true));
    assert_eq!(router.send(post("/orders", "teas")).await.status, 422);
    let read = router.send(request(Method::GET, "/orders/1", Some(UUID), "")).await;
    assert_eq!((read.status, read.is_replayed()), (200, false));
}

#[tokio::test]
async fn layer_of_a_route_and_around_a_router_are_the_same() {
    let calls = Arc::default();
    let routed = orders(&calls).route_layer(layer());
    let around = tower_layer::Layer::layer(&layer(), orders(&calls));
    for reply in [routed.send(post("/orders", "")).await, around.send(post("/orders", "")).await] {
        assert_eq!(reply.status, 201);
    }
    assert!(routed.send(post("/orders", "")).await.is_replayed());
    assert!(around.send(post("/orders", "")).await.is_replayed());
}

#[tokio::test]
async fn matched_path_is_the_route() {
    let calls = Arc::default();
    let router = orders(&calls).layer(layer().route(matched_path));
    assert_eq!(router.send(post("/orders/1/pay", "")).await.text(), "1");
    assert_eq!(router.send(post("/orders/2/pay", "")).await.status, 422);
    assert_eq!(router.send(post("/orders", "")).await.text(), "2: 0", "another route");
}

#[tokio::test]
async fn nested_routers_that_share_the_layer_are_told_apart_by_their_matched_paths() {
    let calls = Arc::default();
    let layer = layer().route(matched_path);
    let shop = || orders(&calls).layer(layer.clone());
    let router = Router::new().nest("/de", shop()).nest("/fr", shop());
    assert_eq!(router.send(post("/de/orders", "tea")).await.text(), "1: 3");
    assert_eq!(router.send(post("/fr/orders", "tea")).await.text(), "2: 3");
    assert!(router.send(post("/de/orders", "tea")).await.is_replayed());
}

#[tokio::test]
async fn two_requests_at_once_run_the_handler_once() {
    let calls = Arc::default();
    let router = orders(&calls).layer(layer());
    let sent = (0..20).map(|_| {
        let router = router.clone();
        tokio::spawn(async move { router.send(post("/orders", "tea")).await })
    });
    let mut statuses = Vec::new();
    for sent in sent.collect::<Vec<_>>() {
        statuses.push(sent.await.unwrap().status);
    }
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
