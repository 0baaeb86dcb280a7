//! The cases of draft-ietf-httpapi-idempotency-key-header, in its order.

use http::Method;

use super::{Api, HttpApi, UUID, operation, post, request};
use crate::MemoryStore;

#[tokio::test]
async fn first_request_is_processed_normally() {
    let api = Api::new();
    let reply = api.service().send(post("/orders", "tea")).await;
    assert_eq!((reply.status, reply.text(), reply.is_replayed()), (201, "1: tea", false));
    assert_eq!(reply.header("content-type"), Some("text/plain"));
}

#[tokio::test]
async fn retry_after_completion_gets_the_first_response() {
    let api = Api::new();
    let service = api.service();
    let first = service.send(post("/orders", "tea")).await;
    for key in [UUID, UUID.trim_matches('"')] {
        let mut retry = service.send(request(Method::POST, "/orders", Some(key), "tea")).await;
        assert!(retry.is_replayed(), "{key}");
        retry.headers.remove("idempotent-replayed");
        assert_eq!(retry, first);
    }
    assert_eq!(api.calls(), 1);
}

#[tokio::test]
async fn retry_while_the_first_request_is_processed_is_a_conflict() {
    let api = Api::new();
    let service = api.service();
    let (first, second) =
        tokio::join!(service.send(post("/orders", "tea")), service.send(post("/orders", "tea")));
    assert_eq!((first.status, second.status, api.calls()), (201, 409, 1));
    assert_eq!(second.header("retry-after"), Some("1"));
    let problem = second.problem();
    assert_eq!(problem["title"], "A request is outstanding for this Idempotency-Key");
    assert_eq!(problem["code"], "IdempotencyAlreadyInProgress");
    let retry = service.send(post("/orders", "tea")).await;
    assert_eq!((retry.text(), retry.is_replayed()), ("1: tea", true), "409 was not recorded");
}

#[tokio::test]
async fn missing_key_is_refused_where_it_is_required() {
    let api = Api::new();
    let layer = operation(MemoryStore::new()).build().http_layer();
    let required = api.layered(layer.required(true).documentation("https://example.com/keys"));
    let reply = required.send(request(Method::POST, "/orders", None, "tea")).await;
    let problem = reply.problem();
    assert_eq!((reply.status, api.calls()), (400, 0));
    assert_eq!(problem["type"], "https://example.com/keys");
    assert_eq!(problem["title"], "Idempotency-Key is missing");
    let link = "<https://example.com/keys>; rel=\"describedby\"; type=\"text/html\"";
    assert_eq!(reply.header("link"), Some(link));
}

#[tokio::test]
async fn missing_key_passes_where_it_is_not_required() {
    let api = Api::new();
    let service = api.service();
    for call in 1..=2 {
        let reply = service.send(request(Method::POST, "/orders", None, "tea")).await;
        assert_eq!((reply.text(), reply.is_replayed()), (format!("{call}: tea").as_str(), false));
    }
}

#[tokio::test]
async fn key_with_another_payload_is_unprocessable() {
    let api = Api::new();
    let service = api.service();
    service.send(post("/orders", "tea")).await;
    let reply = service.send(post("/orders", "a secret")).await;
    let problem = reply.problem();
    assert_eq!((reply.status, api.calls()), (422, 1));
    assert_eq!(problem["title"], "Idempotency-Key is already used");
    assert_eq!(problem["code"], "IdempotencyPayloadMismatch");
    assert!(problem.get("type").is_none() && !reply.text().contains("secret"), "{problem}");
    assert!(!reply.text().contains("tea"), "recorded data in {problem}");
    let query = service.send(post("/orders?express=true", "tea")).await;
    assert_eq!((query.status, api.calls()), (422, 1), "the query is a part of the payload");
}

#[tokio::test]
async fn malformed_key_is_refused_with_its_reason() {
    let api = Api::new();
    let service = api.service();
    let reply = service.send(request(Method::POST, "/orders", Some("\"open"), "tea")).await;
    let problem = reply.problem();
    assert_eq!((reply.status, &problem["code"]), (400, &"IdempotencyKeyInvalid".into()));
    let detail =
        "The header idempotency-key can't be used: its value has a quote that is not closed.";
    assert_eq!(problem["detail"], detail);

    let mut two = post("/orders", "tea");
    two.headers_mut().append("idempotency-key", "\"b\"".parse().unwrap());
    assert_eq!(service.send(two).await.refusal(), (400, "IdempotencyKeyInvalid".into()));
    let long = "a".repeat(256);
    let reply = service.send(request(Method::POST, "/orders", Some(&long), "tea")).await;
    assert_eq!(reply.refusal(), (400, "IdempotencyKeyInvalid".into()));
    assert_eq!(api.calls(), 0);
}

#[tokio::test]
async fn idempotent_methods_pass_also_with_a_key() {
    let api = Api::new();
    let service = api.service();
    let methods = [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS];
    for (method, call) in methods.into_iter().zip(1..) {
        for key in [UUID, "\"open"] {
            let reply = service.send(request(method.clone(), "/orders", Some(key), "tea")).await;
            assert_eq!((reply.status, reply.is_replayed()), (201, false), "{method}");
        }
        assert_eq!(api.calls(), 2 * call);
    }
}

#[tokio::test]
async fn errors_of_the_handler_are_replayed_if_they_decide_the_request() {
    for (status, is_replayed) in [
        (200, true),
        (204, true),
        (303, true),
        (400, true),
        (404, true),
        (422, true),
        (401, false),
        (409, false),
        (429, false),
        (500, false),
        (503, false),
    ] {
        let api = Api::new();
        let layer = operation(MemoryStore::new()).build().http_layer();
        let service = api.responding(layer, move |call, _| {
            let response = http::Response::builder().status(status);
            response.body(format!("{call}").into()).unwrap()
        });
        let first = service.send(post("/orders", "tea")).await;
        let retry = service.send(post("/orders", "tea")).await;
        assert_eq!((first.status, retry.status), (status, status));
        assert_eq!(retry.is_replayed(), is_replayed, "{status}");
        assert_eq!((first.text(), retry.text()), ("1", if is_replayed { "1" } else { "2" }));
    }
}
