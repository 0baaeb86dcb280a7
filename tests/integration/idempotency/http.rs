//! Promises about responses of an HTTP API that are idempotent by the `Idempotency-Key` header.

use lambda_http::{Body, Error, Request, Response, service_fn};
use powertools::testing::Captured;
use serde_json::{Value, json};
use tower_layer::Layer;

use super::{
    Effects,
    faulty::{Ask, Fault, FaultyStore},
    operation,
};

const EVENT: &str = include_str!("../../../examples/http-api/events/http-api.json");

fn post(body: &str) -> Value {
    let mut event: Value = serde_json::from_str(EVENT).unwrap();
    event["requestContext"]["http"]["method"] = "POST".into();
    event["headers"]["idempotency-key"] = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"".into();
    event["body"] = body.into();
    event
}

/// Returns a function that places an order.
async fn place(effects: Effects, request: Request) -> Result<Response<Body>, Error> {
    let body = format!("{}: {} bytes", effects.happen().await?, request.body().len());
    Ok(Response::builder().status(201).body(Body::from(body))?)
}

#[tokio::test]
async fn http_function_with_the_layer_is_replayed_by_the_facade() {
    let (captured, store, effects) = (Captured::new(), FaultyStore::default(), Effects::default());
    let placing = effects.clone();
    let handler = operation(&store)
        .build()
        .http_layer()
        .layer(service_fn(move |request| place(placing.clone(), request)));
    let first = captured.invoke(handler.clone(), &post("tea")).await.value();
    let retry = captured.invoke(handler.clone(), &post("tea")).await.value();
    assert_eq!((&first["statusCode"], &first["body"]), (&json!(201), &json!("1: 3 bytes")));
    assert_eq!((&retry["statusCode"], &retry["body"]), (&json!(201), &json!("1: 3 bytes")));
    assert_eq!(retry["headers"]["idempotent-replayed"], "true");
    let other = captured.invoke(handler, &post("a secret")).await.value();
    assert_eq!((&other["statusCode"], effects.count()), (&json!(422), 1));
    let lease = store.only().lease.expect("the first request held one");
    assert!(lease.until > 0);
}

#[tokio::test]
async fn unavailable_store_gives_a_warning_without_the_request() {
    let (captured, effects) = (Captured::new(), Effects::default());
    let store = FaultyStore::default().failing(Ask::Claim, Fault::Forbidden, usize::MAX);
    let placing = effects.clone();
    let handler = operation(&store)
        .build()
        .http_layer()
        .layer(service_fn(move |request| place(placing.clone(), request)));
    let refused = captured.invoke(handler, &post("a secret")).await.value();
    assert_eq!((&refused["statusCode"], effects.count()), (&json!(503), 0));
    assert_eq!(refused["headers"]["content-type"], "application/problem+json");
    let lines = captured.lines();
    let warning = lines.iter().find(|line| line["message"] == "request refused").unwrap();
    assert_eq!((&warning["level"], &warning["status"]), (&json!("WARN"), &json!(503)));
    assert!(warning.to_string().contains("operation did not run"), "{warning}");
    assert!(lines.iter().all(|line| !line.to_string().contains("secret")), "{lines:?}");
}
