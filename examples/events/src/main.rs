//! Sends a parcel for each order event from EventBridge, and puts an event about it.
//!
//! If `AWS_LAMBDA_RUNTIME_API` is set, as on Lambda, this binary is the function. Otherwise it is a demo, which runs
//! the function on the local runtime and sends it events.

mod bus;
#[cfg(feature = "demo")]
mod demo;
mod envelope;
mod handler;
mod parcels;

use std::env;

use powertools::{
    Error, Powertools,
    idempotency::{DynamoDbStore, MemoryStore, PersistenceStore},
    logger::CorrelationId,
    metrics::Namespace,
    with_state,
};

use bus::PrintingBus;
use handler::{Shipping, ShippingError};

/// The table that records handled events; without it, they are only recorded in this process.
const TABLE: &str = "EVENTS_TABLE";

const SHOP: Namespace = Namespace::new("Shop");

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[cfg(feature = "demo")]
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return demo::run().await;
    }
    match env::var(TABLE) {
        Ok(table) => serve(DynamoDbStore::from_env(table)).await,
        Err(_) => serve(MemoryStore::new()).await,
    }
}

async fn serve<S: PersistenceStore + Clone>(store: S) -> Result<(), Error> {
    let shipping = Shipping::new(store, PrintingBus);
    Powertools::builder()
        .logger(|logger| {
            logger.correlation_id(CorrelationId::pointer("/detail/metadata/correlation_id"))
        })
        .metrics(|metrics| metrics.namespace(SHOP))
        .error_type::<ShippingError>()
        .build()
        .run(with_state(shipping, Shipping::handle))
        .await
}
