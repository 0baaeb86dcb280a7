#![allow(unused)]

use powertools::{Error, LambdaEvent};

struct Order<'a>(&'a str);

#[powertools::handler(
    log_events,
    redact = "/headers/authorization",
    correlation_id = ApiGatewayHtpp,
    timeout_margin = 500,
    capture_response
)]
async fn options(_: LambdaEvent<String>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler(
    log_event,
    redact = ["headers.authorization", "/cards/-/number", 7],
    correlation_id = "$.detail.id",
    timeout_margin = "half a second",
    idempotent(key = event.payload)
)]
fn values(event: LambdaEvent<String>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler(idempotent(stoer = ORDERS, key = ), timeout_margin = "500")]
async fn unfinished(event: LambdaEvent<String>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler(idempotent(stoer = ORDERS), timeout_margin = "500")]
async fn nested(event: LambdaEvent<String>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler]
async fn borrowed<'a>(event: LambdaEvent<Order<'a>>) -> Result<(), Error> {
    Ok(())
}

#[powertools::handler]
struct Nothing;

fn main() {}
