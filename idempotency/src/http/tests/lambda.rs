//! The adapters of `lambda_http`, with an event of API Gateway.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{Router, routing::post};
use lambda_http::{
    Adapter, Body, Context, IntoResponse, LambdaEvent, Request, Response, Service, StreamAdapter,
    request::LambdaRequest, service_fn,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_layer::Layer;

use super::{UUID, operation};
use crate::MemoryStore;

const EVENT: &str = include_str!("../../../../examples/http-api/events/http-api.json");
const REST_EVENT: &str = include_str!("../../../../examples/http-api/events/rest-api.json");

/// Returns the event of `POST /orders` with a key, as an HTTP API sends it.
fn event(body: &str, is_base64: bool) -> LambdaEvent<LambdaRequest> {
    let mut event: Value = serde_json::from_str(EVENT).unwrap();
    event["rawPath"] = "/orders".into();
    event["requestContext"]["http"]["method"] = "POST".into();
    event["headers"]["idempotency-key"] = UUID.into();
    event["body"] = body.into();
    event["isBase64Encoded"] = is_base64.into();
    let mut context = Context::default();
    context.request_id = "r-1".into();
    LambdaEvent::new(serde_json::from_value(event).unwrap(), context)
}

/// Invokes a service as `lambda_http::run` does, and returns the payload that Lambda gets.
async fn invoke<S, R>(service: &S, event: LambdaEvent<LambdaRequest>) -> Value
where
    S: Service<Request, Response = R, Error: std::fmt::Debug, Future: Send> + Clone,
    R: IntoResponse,
{
    let response = Adapter::from(service.clone()).oneshot(event).await.unwrap();
    serde_json::to_value(response).unwrap()
}

#[tokio::test]
async fn response_of_a_function_is_replayed() {
    let calls = Arc::new(AtomicU32::new(0));
    let handler = {
        let calls = calls.clone();
        move |request: Request| {
            let call = calls.fetch_add(1, Ordering::SeqCst) + 1;
            async move {
                let response = Response::builder().status(201).header("content-type", "image/png");
                let body = [&b"\x89PNG\xff"[..], &call.to_be_bytes(), request.body()].concat();
                response.body(Body::from(body)).map_err(lambda_http::Error::from)
            }
        }
    };
    // The type of bodies is inferred, as it is for users.
    let layer = operation(MemoryStore::new()).build().http_layer();
    let service = layer.layer(service_fn(handler));
    let first = invoke(&service, event("tea", false)).await;
    let mut retry = invoke(&service, event("tea", false)).await;
    assert_eq!((&first["statusCode"], &first["isBase64Encoded"]), (&json!(201), &json!(true)));
    assert_eq!(retry["headers"]["idempotent-replayed"], "true");
    retry["headers"].as_object_mut().unwrap().remove("idempotent-replayed");
    assert_eq!(retry, first);
    let other = invoke(&service, event("coffee", false)).await;
    assert_eq!((&other["statusCode"], calls.load(Ordering::SeqCst)), (&json!(422), 1));
    assert_eq!(other["headers"]["content-type"], "application/problem+json");
    assert!(other["body"].as_str().unwrap().starts_with('{'), "text, not Base64: {other}");
}

#[tokio::test]
async fn handler_gets_text_and_binary_bodies_as_they_came() {
    let layer = operation(MemoryStore::new()).build().http_layer();
    let service = layer.layer(service_fn(async |request: Request| {
        let kind = match request.body() {
            Body::Text(text) => format!("text {text}"),
            Body::Binary(bytes) => format!("binary {}", String::from_utf8_lossy(bytes)),
            _ => "empty".to_owned(),
        };
        Ok::<_, Infallible>(Response::new(Body::from(kind)))
    }));
    let keyed = |body, is_base64, key: &str| {
        let mut event: Value = serde_json::from_str(EVENT).unwrap();
        event["requestContext"]["http"]["method"] = "POST".into();
        event["headers"]["idempotency-key"] = key.into();
        (event["body"], event["isBase64Encoded"]) = (body, Value::Bool(is_base64));
        LambdaEvent::new(serde_json::from_value(event).unwrap(), Context::default())
    };
    for (event, expected) in [
        (keyed(json!("tea"), false, "k-1"), "text tea"),
        (keyed(json!("dGVh"), true, "k-2"), "binary tea"),
        (keyed(Value::Null, false, "k-3"), "empty"),
    ] {
        assert_eq!(invoke(&service, event).await["body"], expected);
    }
}

#[tokio::test]
async fn axum_router_runs_in_lambda() {
    let layer = operation(MemoryStore::new()).build().http_layer();
    let router = Router::new().route("/orders", post(async |body: String| body)).layer(layer);
    for is_replayed in [Value::Null, json!("true")] {
        let response = invoke(&router, event("tea", false)).await;
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(200), &json!("tea")));
        assert_eq!(response["headers"]["idempotent-replayed"], is_replayed);
    }
}

#[cfg(feature = "lambda-runtime")]
#[tokio::test]
async fn context_of_the_request_gives_deadline_and_tenant() {
    const SECOND: Duration = Duration::from_secs(1);
    let (store, now) = (MemoryStore::new(), SystemTime::now());
    let service =
        operation(store.clone()).build().http_layer().layer(service_fn(async |_: Request| {
            Ok::<_, Infallible>(Response::new(Body::from("tea")))
        }));
    let of = |tenant: &str, left: Duration| {
        let mut event = event("tea", false);
        event.context.tenant_id = Some(tenant.to_owned());
        let deadline = now.duration_since(UNIX_EPOCH).unwrap() + left;
        event.context.deadline = u64::try_from(deadline.as_millis()).unwrap();
        event
    };
    for (tenant, is_replayed) in [("a", Value::Null), ("b", Value::Null), ("a", json!("true"))] {
        let response = invoke(&service, of(tenant, 30 * SECOND)).await;
        assert_eq!(response["headers"]["idempotent-replayed"], is_replayed, "{tenant}");
    }
    let keys = store.keys();
    assert!(keys.iter().all(|key| key.contains("#a#") || key.contains("#b#")), "{keys:?}");
    let until = store.get(&keys[0]).unwrap().lease.unwrap().until;
    let left = UNIX_EPOCH + Duration::from_millis(until);
    assert!(left <= now + 30 * SECOND, "the lease ends with the invocation");
    assert_eq!(invoke(&service, of("c", SECOND / 10)).await["statusCode"], 503);
}

#[tokio::test]
async fn streamed_responses_are_replayed() {
    let layer = operation(MemoryStore::new()).build().http_layer();
    let service = layer.layer(service_fn(async |request: Request| {
        Ok::<_, Infallible>(Response::new(request.into_body()))
    }));
    for _ in 0..2 {
        let streamed = StreamAdapter::from(service.clone()).oneshot(event("tea", false)).await;
        assert_eq!(streamed.unwrap().metadata_prelude.status_code, 200);
    }
}

#[tokio::test]
async fn rest_api_replays_repeated_headers() {
    let calls = Arc::new(AtomicU32::new(0));
    let layer = operation(MemoryStore::new()).build().http_layer();
    let count = calls.clone();
    let service = layer.layer(service_fn(move |_: Request| {
        count.fetch_add(1, Ordering::SeqCst);
        let response = Response::builder().header("link", "<a>").header("link", "<b>");
        std::future::ready(response.body(Body::Empty))
    }));
    let mut event: Value = serde_json::from_str(REST_EVENT).unwrap();
    event["httpMethod"] = "POST".into();
    event["headers"]["Idempotency-Key"] = UUID.into();
    event["multiValueHeaders"]["Idempotency-Key"] = json!([UUID]);
    let event =
        || LambdaEvent::new(serde_json::from_value(event.clone()).unwrap(), Context::default());
    for _ in 0..2 {
        let response = invoke(&service, event()).await;
        assert_eq!((&response["statusCode"], &response["body"]), (&json!(200), &json!("")));
        assert_eq!(response["multiValueHeaders"]["link"], json!(["<a>", "<b>"]));
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// Both ways to run a function take a service with the layer.
#[test]
fn services_with_the_layer_can_be_run() {
    let handler = async |_: Request| Ok::<_, Infallible>(Response::new(Body::Empty));
    let layer = operation(MemoryStore::new()).build().http_layer();
    drop(lambda_http::run(layer.layer(service_fn(handler))));
    drop(lambda_http::run(
        Router::<()>::new().layer(operation(MemoryStore::new()).build().http_layer()),
    ));
    drop(lambda_http::run_with_streaming_response(layer.layer(service_fn(handler))));
}
