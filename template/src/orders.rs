//! The business logic. It does not depend on Lambda.

use powertools::ErrorType;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An order by a customer.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) items: Vec<String>,
}

/// The customer's receipt for an order.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Receipt {
    pub(crate) order_id: String,
}

/// An error in placing an order.
#[derive(Debug, Error, ErrorType)]
pub(crate) enum OrderError {
    #[error("{0} has ordered nothing")]
    NothingOrdered(String),
}

/// Places an order.
#[powertools::traced(fields(items = order.items.len()))]
pub(crate) async fn place(order: &Order) -> Result<Receipt, OrderError> {
    if order.items.is_empty() {
        return Err(OrderError::NothingOrdered(order.customer.clone()));
    }
    tracing::info!("order placed");
    Ok(Receipt {
        order_id: format!("{}-{}", order.customer, order.items.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn order_needs_items() {
        let order = |items| Order {
            customer: "c-1".into(),
            items,
        };
        assert_eq!(
            place(&order(vec!["tea".into()])).await.unwrap().order_id,
            "c-1-1"
        );
        let error = place(&order(vec![])).await.unwrap_err();
        assert_eq!(error.to_string(), "c-1 has ordered nothing");
    }
}
