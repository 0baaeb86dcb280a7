//! The business logic: places orders. It does not depend on Lambda.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An order by a customer.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
}

/// One product of an order.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Item {
    pub(crate) product: String,
    pub(crate) quantity: u32,
    /// The amount in cents.
    pub(crate) price: u64,
}

/// A customer's receipt for an order.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Receipt {
    pub(crate) order_id: String,
    /// The amount in cents.
    pub(crate) total: u64,
}

/// An error in placing an order.
#[derive(Debug, Error)]
pub(crate) enum OrderError {
    #[error("an order needs at least one item")]
    Empty,
    #[error("can't deliver {product}")]
    NoDelivery { product: String, source: StockError },
}

/// A refusal by the warehouse.
#[derive(Debug, Error)]
pub(crate) enum StockError {
    #[error("{left} left, {wanted} wanted")]
    TooFew { left: u32, wanted: u32 },
}

/// The quantity of each product in the warehouse.
const IN_STOCK: u32 = 100;

/// Places an order.
#[tracing::instrument(skip_all, fields(customer = order.customer))]
pub(crate) fn place(order: &Order) -> Result<Receipt, OrderError> {
    if order.items.is_empty() {
        return Err(OrderError::Empty);
    }
    for item in &order.items {
        reserve(item)
            .map_err(|source| OrderError::NoDelivery { product: item.product.clone(), source })?;
    }
    let total = order.items.iter().map(|item| item.price * u64::from(item.quantity)).sum();
    // A deliberate panic: real code panics where it is not expected.
    assert!(total < 100_000_000, "nobody spends that much");
    let receipt = Receipt { order_id: format!("{}-{}", order.customer, order.items.len()), total };
    tracing::info!(order_id = receipt.order_id, total, "order placed");
    Ok(receipt)
}

fn reserve(item: &Item) -> Result<(), StockError> {
    tracing::debug!(product = item.product, quantity = item.quantity, "reserving");
    if item.quantity > IN_STOCK {
        return Err(StockError::TooFew { left: IN_STOCK, wanted: item.quantity });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(items: &[(&str, u32, u64)]) -> Order {
        let item = |(product, quantity, price): &(&str, u32, u64)| Item {
            product: (*product).to_owned(),
            quantity: *quantity,
            price: *price,
        };
        Order { customer: "c-1029".into(), items: items.iter().map(item).collect() }
    }

    #[test]
    fn total_counts_every_item() {
        let receipt = place(&order(&[("tea", 2, 450), ("cup", 1, 1200)])).unwrap();
        assert_eq!(receipt, Receipt { order_id: "c-1029-2".into(), total: 2100 });
    }

    #[test]
    fn out_of_stock_item_is_refused() {
        let error = place(&order(&[("tea", 101, 450)])).unwrap_err();
        assert_eq!(error.to_string(), "can't deliver tea");
        assert!(matches!(place(&order(&[])), Err(OrderError::Empty)));
    }
}
