//! The function: sends a parcel for an event and puts the next event, once for all deliveries of the event.

use powertools::{
    Error, ErrorType, LambdaEvent,
    idempotency::{Event as Came, Idempotency, IdempotencyProblem, PersistenceStore},
    metrics::{self, Metric},
};
use thiserror::Error;

use crate::{
    bus::{Bus, Entry},
    envelope::Event,
    parcels::{self, Order, Parcel, TooMuch},
};

/// The function's dependencies.
pub(crate) struct Shipping<S, B> {
    once: Idempotency<S>,
    bus: B,
}

/// An error in handling an event. Lambda delivers the event again, and finally sends it to the dead-letter queue.
#[derive(Debug, Error, ErrorType)]
pub(crate) enum ShippingError {
    #[error("the order can't be sent")]
    TooMuch(#[from] TooMuch),
    #[error("the next event could not be put")]
    #[error_type = "BusError"]
    Bus(#[source] Error),
    #[error(transparent)]
    #[error_type = "IdempotencyProblem"]
    Idempotency(#[from] IdempotencyProblem),
}

const PARCELS_SENT: Metric = Metric::count("ParcelsSent");
const EVENTS_AGAIN: Metric = Metric::count("EventsDeliveredAgain");

impl<S: PersistenceStore, B: Bus> Shipping<S, B> {
    pub(crate) fn new(store: S, bus: B) -> Self {
        Self { once: Idempotency::builder("ship", store).on_event(note).build(), bus }
    }

    /// Handles an event.
    #[powertools::handler(cold_start_metric)]
    pub(crate) async fn handle(
        &self,
        event: LambdaEvent<Event<Order>>,
    ) -> Result<Parcel, ShippingError> {
        self.ship(&event.payload).await
    }

    /// Sends the parcel and puts the event about it, once for each event's id.
    #[powertools::idempotent(store = self.once, key = event.id)]
    async fn ship(&self, event: &Event<Order>) -> Result<Parcel, ShippingError> {
        let parcel = parcels::send(&event.detail.data)?;
        let entry = Entry::new("ParcelSent", &event.next(&parcel)).map_err(ShippingError::Bus)?;
        self.bus.put(entry).await.map_err(ShippingError::Bus)?;
        metrics::record(&PARCELS_SENT, 1);
        Ok(parcel)
    }
}

fn note(came: Came) {
    if let Came::Replayed | Came::ReplayedFromCache = came {
        tracing::info!("delivered again: nothing is sent, nothing is put");
        metrics::record(&EVENTS_AGAIN, 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use powertools::{
        Function,
        idempotency::MemoryStore,
        testing::{Captured, TestResponse},
        with_state,
    };
    use serde_json::{Value, json};

    use super::*;

    /// Keeps events, but refuses the first few.
    #[derive(Clone, Default)]
    struct Kept {
        entries: Arc<Mutex<Vec<Value>>>,
        refusals: Arc<Mutex<u32>>,
    }

    impl Bus for Kept {
        async fn put(&self, entry: Entry) -> Result<(), Error> {
            let mut refusals = self.refusals.lock().unwrap();
            if *refusals > 0 {
                *refusals -= 1;
                return Err("the bus is full".into());
            }
            self.entries.lock().unwrap().push(serde_json::to_value(entry)?);
            Ok(())
        }
    }

    async fn deliver<M>(captured: &Captured, handler: impl Function<M>) -> TestResponse {
        let (metadata, data) =
            (json!({"correlation_id": "c-1"}), json!({"order_id": "o-1", "quantity": 2}));
        let event = json!({"id": "e-1", "detail": {"metadata": metadata, "data": data}});
        captured.invoke(handler, &event).await
    }

    #[tokio::test]
    async fn duplicate_event_is_one_parcel_and_one_next_event() {
        let (captured, bus) = (Captured::new(), Kept::default());
        let shipping = Shipping::new(MemoryStore::new(), bus.clone());
        let handler = with_state(shipping, Shipping::handle);
        let first = deliver(&captured, handler.clone()).await.value();
        assert_eq!(deliver(&captured, handler).await.value(), first);
        let entries = bus.entries.lock().unwrap();
        assert_eq!(entries.len(), 1);
        let detail: Value = serde_json::from_str(entries[0]["Detail"].as_str().unwrap()).unwrap();
        assert_eq!(detail["metadata"], json!({"correlation_id": "c-1", "causation_id": "e-1"}));
        assert_eq!(captured.metric("EventsDeliveredAgain"), [1.0]);
    }

    #[tokio::test]
    async fn unsent_event_is_sent_with_the_next_delivery() {
        let (captured, bus) = (Captured::new(), Kept::default());
        *bus.refusals.lock().unwrap() = 1;
        let shipping = Shipping::new(MemoryStore::new(), bus.clone());
        let handler = with_state(shipping, Shipping::handle);
        let failed = deliver(&captured, handler.clone()).await;
        assert_eq!(failed.error().unwrap().error_message, "the next event could not be put");
        assert_eq!(deliver(&captured, handler).await.value()["order_id"], "o-1");
        assert_eq!(bus.entries.lock().unwrap().len(), 1);
    }
}
