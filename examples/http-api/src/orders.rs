//! The business logic: a shop's orders. It does not depend on HTTP or Lambda.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An order by a customer.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Basket {
    pub(crate) customer: String,
    pub(crate) product: String,
    pub(crate) quantity: u32,
}

/// A basket that was ordered.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) basket: Basket,
}

/// An error in placing or changing an order.
#[derive(Debug, Error)]
pub(crate) enum OrderError {
    #[error("there is no order {0}")]
    Unknown(String),
    #[error("{wanted} {product} wanted, {IN_STOCK} left")]
    OutOfStock { product: String, wanted: u32 },
}

/// The quantity of each product in the warehouse.
const IN_STOCK: u32 = 100;

/// The orders. A shop that outlives its execution environment would keep them in a database.
#[derive(Debug, Default)]
pub(crate) struct Shop {
    orders: Mutex<BTreeMap<String, Order>>,
    placed: AtomicU32,
}

impl Shop {
    /// Places an order.
    #[tracing::instrument(skip_all, fields(product = basket.product))]
    pub(crate) fn place(&self, basket: Basket) -> Result<Order, OrderError> {
        let (product, wanted) = (basket.product.clone(), basket.quantity);
        if wanted > IN_STOCK {
            return Err(OrderError::OutOfStock { product, wanted });
        }
        let id = format!("o-{}", self.placed.fetch_add(1, Ordering::Relaxed) + 1);
        let order = Order { id, basket };
        self.orders().insert(order.id.clone(), order.clone());
        tracing::info!(order_id = order.id, "order placed");
        Ok(order)
    }

    /// Returns an order.
    pub(crate) fn find(&self, id: &str) -> Result<Order, OrderError> {
        self.orders().get(id).cloned().ok_or_else(|| OrderError::Unknown(id.to_owned()))
    }

    /// Returns all orders.
    pub(crate) fn all(&self) -> Vec<Order> {
        self.orders().values().cloned().collect()
    }

    /// Cancels an order.
    #[tracing::instrument(skip(self))]
    pub(crate) fn cancel(&self, id: &str) -> Result<(), OrderError> {
        let cancelled = self.orders().remove(id);
        cancelled.map(drop).ok_or_else(|| OrderError::Unknown(id.to_owned()))
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<String, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basket(quantity: u32) -> Basket {
        Basket { customer: "c-1".into(), product: "tea".into(), quantity }
    }

    #[test]
    fn order_is_found_until_it_is_cancelled() {
        let shop = Shop::default();
        let order = shop.place(basket(2)).unwrap();
        assert_eq!(shop.find(&order.id).unwrap(), order);
        assert_eq!(shop.all(), std::slice::from_ref(&order));
        shop.cancel(&order.id).unwrap();
        assert_eq!(shop.find(&order.id).unwrap_err().to_string(), "there is no order o-1");
        assert!(shop.cancel(&order.id).is_err());
    }

    #[test]
    fn order_over_the_stock_is_refused() {
        let shop = Shop::default();
        let error = shop.place(basket(101)).unwrap_err();
        assert_eq!(error.to_string(), "101 tea wanted, 100 left");
        assert_eq!(shop.all(), []);
    }
}
