//! The function: handles an event with the business logic.

use powertools::{
    LambdaEvent,
    logger::append_key,
    metrics::{self, Metric},
    tracer::annotation,
};

use crate::orders::{self, Order, OrderError, Receipt};

const ORDERS_PLACED: Metric = Metric::count("OrdersPlaced");

/// Places an order.
#[powertools::handler(correlation_id = "/id")]
pub(crate) async fn place_order(event: LambdaEvent<Order>) -> Result<Receipt, OrderError> {
    let order = event.payload;
    append_key("customer", &order.customer);
    annotation("Customer", &order.customer);
    let receipt = orders::place(&order).await?;
    metrics::record(&ORDERS_PLACED, 1);
    Ok(receipt)
}

#[cfg(test)]
mod tests {
    use powertools::testing::Captured;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn order_gets_receipt_line_metric_and_span() {
        let captured = Captured::new();
        let answer = captured
            .invoke_json(place_order, include_str!("../events/order.json"))
            .await;
        assert_eq!(answer.value(), json!({"order_id": "c-1029-1"}));
        assert_eq!(captured.lines()[0]["customer"], "c-1029");
        assert_eq!(captured.lines()[0]["correlation_id"], "e-1");
        assert_eq!(captured.metric("OrdersPlaced"), [1.0]);
        assert_eq!(captured.spans()[0]["annotations"]["Customer"], "c-1029");
    }

    #[tokio::test]
    async fn empty_order_fails_with_its_own_error_name() {
        let captured = Captured::with(|powertools| powertools.error_type::<OrderError>());
        let answer = captured
            .invoke(place_order, &json!({"customer": "c-1", "items": []}))
            .await;
        assert_eq!(answer.error().unwrap().error_type, "NothingOrdered");
        assert_eq!(captured.lines()[0]["level"], "ERROR");
    }
}
