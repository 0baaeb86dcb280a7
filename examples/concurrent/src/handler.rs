//! The function: returns the best quote for a parcel. The other seven invocations don't see its keys and annotations.

use powertools::{
    LambdaEvent,
    logger::append_key,
    metrics::{self, Metric, Unit},
    tracer::annotation,
};

use crate::quotes::{self, Parcel, Quote, TooHeavy};

const BEST_PRICE: Metric = Metric::new("BestPriceInCents", Unit::None);

/// Finds the best quote.
#[powertools::handler(correlation_id = "/id", cold_start_metric)]
pub(crate) async fn find_quote(event: LambdaEvent<Parcel>) -> Result<Quote, TooHeavy> {
    let parcel = event.payload;
    append_key("parcel", &parcel.id);
    annotation("Parcel", &parcel.id);
    // This only fails for dimensions that CloudWatch would refuse.
    let _ = metrics::metadata("parcel", &parcel.id);
    let quote = quotes::best(&parcel).await?;
    metrics::record(&BEST_PRICE, quote.price);
    tracing::info!(carrier = ?quote.carrier, price = quote.price, "best quote found");
    Ok(quote)
}

#[cfg(test)]
mod tests {
    use powertools::testing::Captured;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn output_of_spawned_tasks_belongs_to_the_invocation() {
        let captured = Captured::new();
        let answer = captured.invoke(find_quote, &json!({"id": "p-1", "grams": 800})).await;
        assert_eq!(answer.value(), json!({"carrier": "bike", "price": 200}));
        assert!(captured.lines().iter().all(|line| line["parcel"] == "p-1"));
        assert_eq!(captured.metric("CarrierCallErrors"), [0.0; 3]);
        assert_eq!(captured.spans().len(), 4, "the handler's and one a carrier");
    }
}
