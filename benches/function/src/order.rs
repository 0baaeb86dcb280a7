//! The business logic, the same in every stack.

use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

use crate::stack;

/// Handles an order: five log lines, three spans, three metrics, and a charge that was made before.
pub(crate) async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let id = event.payload["id"].as_u64().ok_or("an order has an id")?;
    tracing::info!(order_id = id, customer = "c-1029", "order received");
    let total = price(id);
    let charged = charge(id, total).await?;
    ship(id);
    stack::record(1, total, 3.5);
    tracing::info!(order_id = id, total, "order placed");
    stack::end();
    Ok(json!({"id": id, "charged": charged}))
}

#[tracing::instrument]
fn price(order_id: u64) -> u64 {
    let total = 17 + order_id % 3;
    tracing::info!(total, currency = "EUR", "order priced");
    total
}

#[tracing::instrument]
async fn charge(order_id: u64, total: u64) -> Result<u64, Error> {
    let charged = stack::once(total).await?;
    tracing::info!(charged, provider = "tea-pay", "card charged");
    Ok(charged)
}

#[tracing::instrument]
fn ship(order_id: u64) {
    tracing::info!(carrier = "bicycle", express = true, weight = 0.25, "order shipped");
}
