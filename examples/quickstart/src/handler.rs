//! The function: handles an HTTP API event with the business logic.

use aws_lambda_events::{
    apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse},
    encodings::Body,
};
use powertools::{
    Error, LambdaEvent,
    logger::{append_key, exception, json},
    metrics::{self, Metric, Unit},
};
use serde::Serialize;
use serde_json::json as value;

use crate::orders::{self, Order, Receipt};

/// Places the order in the request's body.
#[powertools::handler(correlation_id = ApiGatewayHttp, cold_start_metric)]
pub(crate) async fn place_order(
    event: LambdaEvent<ApiGatewayV2httpRequest>,
) -> Result<ApiGatewayV2httpResponse, Error> {
    let body = event.payload.body.unwrap_or_default();
    let order: Order = match serde_json::from_str(&body) {
        Ok(order) => order,
        Err(error) => {
            tracing::warn!(error = exception(&error), "the body is no order");
            return answer(400, &value!({"message": format!("the body is no order: {error}")}));
        }
    };
    append_key("customer", &order.customer);
    tracing::info!(order = json(&order), "order received");
    match orders::place(&order) {
        Ok(receipt) => {
            count(&receipt);
            answer(201, &receipt)
        }
        Err(error) => {
            tracing::warn!(error = exception(&error), "order refused");
            answer(409, &value!({"message": error.to_string()}))
        }
    }
}

const ORDERS_PLACED: Metric = Metric::count("OrdersPlaced");
const REVENUE: Metric = Metric::new("RevenueInCents", Unit::None).summed();

/// Counts an order. If CloudWatch would refuse the metric, an error is logged and the order is still placed.
fn count(receipt: &Receipt) {
    metrics::record(&ORDERS_PLACED, 1);
    metrics::record(&REVENUE, receipt.total);
}

fn answer(status: i64, body: &impl Serialize) -> Result<ApiGatewayV2httpResponse, Error> {
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers.insert("content-type", "application/json".parse()?);
    response.body = Some(Body::Text(serde_json::to_string(body)?));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use powertools::testing::Captured;
    use serde_json::Value;

    use super::*;

    async fn place(captured: &Captured, body: &str) -> (u64, Value) {
        let mut event: Value =
            serde_json::from_str(include_str!("../events/http-api.json")).unwrap();
        event["body"] = body.into();
        let answer = captured.invoke(place_order, &event).await.value();
        let body = serde_json::from_str(answer["body"].as_str().unwrap());
        (answer["statusCode"].as_u64().unwrap(), body.unwrap())
    }

    fn order(quantity: u32) -> String {
        let tea = value!({"product": "tea", "quantity": quantity, "price": 450});
        value!({"customer": "c-1029", "items": [tea]}).to_string()
    }

    #[tokio::test]
    async fn valid_order_gets_receipt_line_metrics_and_span() {
        let captured = Captured::new();
        let answer = place(&captured, &order(2)).await;
        assert_eq!(answer, (201, value!({"order_id": "c-1029-1", "total": 900})));
        let line = captured.lines().pop().unwrap();
        assert_eq!(
            (&line["message"], &line["customer"]),
            (&"order placed".into(), &"c-1029".into())
        );
        assert_eq!(captured.metric("RevenueInCents"), [900.0]);
        assert_eq!(captured.spans()[1]["name"], "## quickstart::orders::place");
    }

    #[tokio::test]
    async fn invalid_orders_are_client_errors() {
        let captured = Captured::new();
        assert_eq!(place(&captured, "{").await.0, 400);
        assert_eq!(captured.lines()[0]["exception_name"], "serde_json::Error");
        let answer = place(&captured, &order(101)).await;
        assert_eq!(answer, (409, value!({"message": "can't deliver tea"})));
        let causes = captured.lines().pop().unwrap()["stack_trace"]["causes"].clone();
        assert_eq!(causes[0]["value"], "100 left, 101 wanted");
    }
}
