//! The function: from an HTTP API event to the business and back.

use aws_lambda_events::{
    apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse},
    encodings::Body,
};
use lambda_runtime::{Error, LambdaEvent};
use powertools_logger::{append_key, exception, json};
use powertools_metrics::{Metric, Unit};
use serde::Serialize;
use serde_json::json as value;

use crate::orders::{self, Order, Receipt};

/// Places the order in the request's body.
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

/// Counts an order. What CloudWatch would not take is logged; the order is placed all the same.
fn count(receipt: &Receipt) {
    powertools_metrics::record(&ORDERS_PLACED, 1);
    powertools_metrics::record(&REVENUE, receipt.total);
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
    use powertools_logger::testing::capture;
    use powertools_metrics::testing::Captured;
    use serde_json::Value;

    use super::*;

    async fn place(body: &str) -> (i64, Value) {
        let mut request = ApiGatewayV2httpRequest::default();
        request.body = Some(body.to_owned());
        let response = place_order(LambdaEvent::new(request, Default::default())).await.unwrap();
        let Some(Body::Text(body)) = response.body else { panic!("no text") };
        (response.status_code, serde_json::from_str(&body).unwrap())
    }

    #[tokio::test]
    async fn a_good_order_gets_a_receipt_a_line_and_metrics() {
        let (lines, metrics) = (capture(), Captured::new());
        let order =
            r#"{"customer": "c-1029", "items": [{"product": "tea", "quantity": 2, "price": 450}]}"#;
        let answer = metrics.invoke(place(order)).await;
        assert_eq!(answer, (201, value!({"order_id": "c-1029-1", "total": 900})));
        assert_eq!(lines.last()["message"], "order placed");
        assert_eq!(lines.last()["customer"], "c-1029");
        assert_eq!(metrics.last()["RevenueInCents"], value!([900.0]));
    }

    #[tokio::test]
    async fn bad_orders_are_the_customers_business() {
        let captured = capture();
        assert_eq!(place("{").await.0, 400);
        assert_eq!(captured.last()["exception_name"], "Error");
        let order =
            r#"{"customer": "c-1", "items": [{"product": "tea", "quantity": 101, "price": 1}]}"#;
        assert_eq!(place(order).await, (409, value!({"message": "can't deliver tea"})));
        assert_eq!(captured.last()["stack_trace"]["causes"][0]["value"], "100 left, 101 wanted");
    }
}
