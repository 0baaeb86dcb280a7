//! The business logic: puts orders into parcels. It does not depend on Lambda, events or retries.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An order that was placed.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Order {
    pub(crate) order_id: String,
    pub(crate) quantity: u32,
}

/// A parcel on its way.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) order_id: String,
    pub(crate) tracking: String,
}

/// The order is too large for a parcel.
#[derive(Debug, Error)]
#[error("{quantity} pieces don't fit, {MOST} do")]
pub(crate) struct TooMuch {
    quantity: u32,
}

/// The number of pieces that fit into a parcel.
const MOST: u32 = 100;

/// Sends an order: an effect that can't be undone.
#[tracing::instrument(skip_all, fields(order_id = order.order_id))]
pub(crate) fn send(order: &Order) -> Result<Parcel, TooMuch> {
    let Order { order_id, quantity } = order;
    if *quantity > MOST {
        return Err(TooMuch { quantity: *quantity });
    }
    let parcel = Parcel { order_id: order_id.clone(), tracking: format!("track-{order_id}") };
    tracing::info!(tracking = parcel.tracking, "parcel sent");
    Ok(parcel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_becomes_a_parcel_if_it_fits() {
        let order = |quantity| Order { order_id: "o-1".into(), quantity };
        assert_eq!(send(&order(100)).unwrap().tracking, "track-o-1");
        let error = send(&order(101)).unwrap_err();
        assert_eq!(error.to_string(), "101 pieces don't fit, 100 do");
    }
}
