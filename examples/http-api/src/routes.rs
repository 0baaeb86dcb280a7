//! The API: maps requests to calls of the shop.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State, rejection::JsonRejection},
    http::{HeaderName, StatusCode},
    middleware::from_fn,
    routing::get,
};
use powertools::idempotency::{Idempotency, MemoryStore};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{
    observe::{id_header, observe},
    orders::{Basket, Order, Shop},
    problem::Problem,
};

/// Returns the function: a router with any layers.
pub(crate) fn router(shop: Shop) -> Router {
    let id = HeaderName::from_static("x-correlation-id");
    // Like the orders, the records live as long as the execution environment; a real shop would use a `DynamoDbStore`.
    let once = Idempotency::builder("orders", MemoryStore::new()).build();
    Router::new()
        .route("/orders", get(list).post(place))
        .route("/orders/{id}", get(find).delete(cancel))
        .fallback(async || Problem::NoRoute)
        .layer(once.http_layer())
        .layer(from_fn(observe))
        .layer(SetResponseHeaderLayer::overriding(id, id_header))
        .with_state(Arc::new(shop))
}

async fn list(State(shop): State<Arc<Shop>>) -> Json<Vec<Order>> {
    Json(shop.all())
}

async fn place(
    State(shop): State<Arc<Shop>>,
    basket: Result<Json<Basket>, JsonRejection>,
) -> Result<(StatusCode, Json<Order>), Problem> {
    let Json(basket) = basket?;
    Ok((StatusCode::CREATED, Json(shop.place(basket)?)))
}

async fn find(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
) -> Result<Json<Order>, Problem> {
    Ok(Json(shop.find(&id)?))
}

async fn cancel(
    State(shop): State<Arc<Shop>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    shop.cancel(&id)?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use powertools::testing::Captured;
    use serde_json::{Value, json};

    use super::*;

    fn post(body: &Value) -> Value {
        json!({
            "version": "2.0",
            "rawPath": "/orders",
            "requestContext": {"http": {"method": "POST", "path": "/orders"}, "requestId": "r-1"},
            "headers": {"content-type": "application/json"},
            "body": body.to_string(),
        })
    }

    #[tokio::test]
    async fn request_leaves_lines_metrics_and_a_span_of_its_route() {
        let captured = Captured::new();
        let basket = json!({"customer": "c-1", "product": "tea", "quantity": 2});
        let answer = captured.invoke(router(Shop::default()), &post(&basket)).await;
        assert_eq!(answer.value()["statusCode"], 201);
        assert!(captured.lines().iter().all(|line| line["route"] == "POST /orders"));
        assert_eq!(captured.documents()[0]["route"], "POST /orders");
        assert_eq!(captured.spans()[1]["name"], "POST /orders");
    }

    #[tokio::test]
    async fn retry_with_the_same_idempotency_key_gets_the_same_order() {
        let captured = Captured::new();
        let router = router(Shop::default());
        let basket = json!({"customer": "c-1", "product": "tea", "quantity": 2});
        let mut event = post(&basket);
        event["headers"]["idempotency-key"] = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"".into();
        let first = captured.invoke(router.clone(), &event).await.value();
        let retry = captured.invoke(router.clone(), &event).await.value();
        assert_eq!((&retry["statusCode"], &retry["body"]), (&json!(201), &first["body"]));
        assert_eq!(retry["headers"]["idempotent-replayed"], "true");
        event["body"] = json!({"customer": "c-2"}).to_string().into();
        assert_eq!(captured.invoke(router, &event).await.value()["statusCode"], 422);
    }

    #[tokio::test]
    async fn refused_request_is_a_problem_with_a_reason() {
        let captured = Captured::new();
        for (body, status, title) in [
            (json!({"customer": "c-1", "product": "tea", "quantity": 101}), 409, "101 tea wanted"),
            (json!({"customer": "c-1"}), 422, "missing field `product`"),
        ] {
            let answer = captured.invoke(router(Shop::default()), &post(&body)).await.value();
            assert_eq!(answer["statusCode"], status);
            assert_eq!(answer["headers"]["content-type"], "application/problem+json");
            let told = answer["body"].as_str().unwrap();
            assert!(told.contains(title), "{told}");
        }
    }
}
