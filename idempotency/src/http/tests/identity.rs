//! Which requests share a key.

use http::{Method, request::Parts};
use powertools_core::Invocation;

use super::{Api, HttpApi, UUID, operation, post, request};
use crate::{MemoryStore, http::HttpLayer, http::Streamed};

fn layer() -> HttpLayer<MemoryStore, Streamed> {
    operation(MemoryStore::new()).build().http_layer()
}

#[tokio::test]
async fn routes_and_methods_never_share_a_key() {
    let api = Api::new();
    let service = api.service();
    let requests = [
        (Method::POST, "/orders"),
        (Method::PATCH, "/orders"),
        (Method::POST, "/orders/"),
        (Method::POST, "/refunds"),
    ];
    for ((method, path), call) in requests.into_iter().zip(1..) {
        let reply = service.send(request(method, path, Some(UUID), "tea")).await;
        assert_eq!((reply.text(), reply.is_replayed()), (format!("{call}: tea").as_str(), false));
    }
}

#[tokio::test]
async fn parts_of_a_key_are_not_taken_for_each_other() {
    let api = Api::new();
    let service = api.layered(layer().tenant(|request| header(request, "x-tenant")));
    let with_tenant = |tenant: &str, path: &str, key: &str| {
        let mut request = request(Method::POST, path, Some(key), "tea");
        request.headers_mut().insert("x-tenant", tenant.parse().unwrap());
        request
    };
    for (tenant, path, key) in
        [("a", "/b", "c"), ("a", "/b%22,%22c", "c"), ("", "/b", "c"), ("a\",\"POST", "/b", "c")]
    {
        assert_eq!(service.send(with_tenant(tenant, path, key)).await.status, 201);
    }
    assert_eq!(api.calls(), 4);
}

fn header(request: &Parts, name: &str) -> Option<String> {
    Some(request.headers.get(name)?.to_str().ok()?.to_owned())
}

#[tokio::test]
async fn tenants_that_the_layer_finds_never_share_a_response() {
    let api = Api::new();
    let service = api.layered(layer().tenant(|request| header(request, "x-tenant")));
    let of = |tenant: &str| {
        let mut request = post("/orders", "tea");
        request.headers_mut().insert("x-tenant", tenant.parse().unwrap());
        request
    };
    assert_eq!(service.send(of("a")).await.text(), "1: tea");
    assert_eq!(service.send(of("b")).await.text(), "2: tea");
    assert!(service.send(of("a")).await.is_replayed());
    let unknown = service.send(post("/orders", "tea")).await;
    assert_eq!(unknown.refusal(), (403, "IdempotencyTenantUnknown".into()));
    assert_eq!(api.calls(), 2);
}

#[tokio::test]
async fn tenants_of_invocations_never_share_a_response() {
    let api = Api::new();
    let service = api.service();
    for (tenant, expected) in [("a", "1: tea"), ("b", "2: tea"), ("a", "1: tea")] {
        let invocation = Invocation::builder("r-1").tenant_id(tenant).build();
        let reply = invocation.scope(service.send(post("/orders", "tea"))).await;
        assert_eq!(reply.text(), expected);
    }
}

#[tokio::test]
async fn matched_route_has_one_key_for_all_its_paths() {
    let api = Api::new();
    let service = api.layered(layer().route(|_| Some("/orders/{id}/payments".into())));
    assert_eq!(service.send(post("/orders/1/payments", "tea")).await.status, 201);
    let other = service.send(post("/orders/2/payments", "tea")).await;
    assert_eq!(other.refusal(), (422, "IdempotencyPayloadMismatch".into()));
}

#[tokio::test]
async fn own_fingerprint_decides_what_a_retry_has_in_common() {
    let api = Api::new();
    let service = api.layered(layer().fingerprint(|_, body| {
        let order: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        order["id"].to_string().into_bytes()
    }));
    service.send(post("/orders", r#"{"id":1,"sent_at":"10:00"}"#)).await;
    assert!(service.send(post("/orders", r#"{"sent_at":"10:01","id":1}"#)).await.is_replayed());
    assert_eq!(service.send(post("/orders", r#"{"id":2}"#)).await.status, 422);
}

#[tokio::test]
async fn header_methods_and_format_can_be_chosen() {
    let api = Api::new();
    let layer = layer()
        .header("x-request-key".parse().unwrap())
        .methods([Method::DELETE])
        .key_format(|key| key.len() == 3)
        .max_key_length(3);
    let service = api.layered(layer);
    let delete = |key: &str| {
        let mut request = request(Method::DELETE, "/orders", None, "tea");
        request.headers_mut().insert("x-request-key", key.parse().unwrap());
        request
    };
    assert_eq!(service.send(delete("abc")).await.text(), "1: tea");
    assert!(service.send(delete("abc")).await.is_replayed());
    assert_eq!(service.send(delete("ab")).await.refusal(), (400, "IdempotencyKeyInvalid".into()));
    assert_eq!(service.send(delete("abcd")).await.status, 400);
    assert!(!service.send(post("/orders", "tea")).await.is_replayed());
    assert!(!service.send(post("/orders", "tea")).await.is_replayed(), "POST is not among them");
}
