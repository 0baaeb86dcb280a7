//! The business logic: asks all carriers concurrently for the price of a parcel. It does not depend on Lambda.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::task::JoinSet;
use tracing::Instrument;

/// A parcel to send.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Parcel {
    pub(crate) id: String,
    pub(crate) grams: u32,
}

/// A carrier's price for a parcel.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) carrier: Carrier,
    /// The amount in cents.
    pub(crate) price: u32,
}

/// The carriers.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Carrier {
    Bike,
    Train,
    Ship,
}

/// No carrier accepts the parcel.
#[derive(Debug, Error)]
#[error("nobody carries {grams} g")]
pub(crate) struct TooHeavy {
    grams: u32,
}

const CARRIERS: [Carrier; 3] = [Carrier::Bike, Carrier::Train, Carrier::Ship];

/// Asks all carriers, each in a separate task, and returns the best quote.
pub(crate) async fn best(parcel: &Parcel) -> Result<Quote, TooHeavy> {
    let mut asked = JoinSet::new();
    for carrier in CARRIERS {
        // Without `in_current_span`, the task's lines and spans would not belong to any invocation.
        asked.spawn(ask(carrier, parcel.grams).in_current_span());
    }
    let quotes = asked.join_all().await.into_iter().flatten();
    quotes.min_by_key(|quote| quote.price).ok_or(TooHeavy { grams: parcel.grams })
}

/// Simulates a call to a carrier.
#[powertools::traced(fields(carrier = ?carrier, grams))]
#[powertools::metered(name = "CarrierCall")]
async fn ask(carrier: Carrier, grams: u32) -> Option<Quote> {
    let (pause, price, most) = match carrier {
        Carrier::Bike => (20, grams / 4, 10_000),
        Carrier::Train => (60, 500 + grams / 10, 40_000),
        Carrier::Ship => (110, 1500 + grams / 100, 1_000_000),
    };
    tokio::time::sleep(Duration::from_millis(pause)).await;
    let quote = (grams <= most).then_some(Quote { carrier, price });
    tracing::info!(price = quote.as_ref().map(|quote| quote.price), "carrier answered");
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn best_quote_is_the_cheapest_for_the_weight() {
        for (grams, carrier) in
            [(800, Carrier::Bike), (9_000, Carrier::Train), (90_000, Carrier::Ship)]
        {
            let quote = best(&Parcel { id: "p-1".into(), grams }).await.unwrap();
            assert_eq!(quote.carrier, carrier, "{grams} g");
        }
        let error = best(&Parcel { id: "p-1".into(), grams: 2_000_000 }).await.unwrap_err();
        assert_eq!(error.to_string(), "nobody carries 2000000 g");
    }
}
