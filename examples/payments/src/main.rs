//! Charges cards for the messages of a queue, once each.
//!
//! If `AWS_LAMBDA_RUNTIME_API` is set, as on Lambda, this binary is the function. Otherwise it is a demo, which runs
//! the function on the local runtime and sends it batches.

#[cfg(feature = "demo")]
mod demo;
mod handler;
mod once;
mod payments;

use std::{env, time::Duration};

use powertools::{
    Error, Powertools,
    idempotency::{DynamoDbStore, Idempotency, OnInProgress},
    metrics::Namespace,
    with_state,
};

/// The table of the records.
const TABLE: &str = "PAYMENTS_TABLE";

/// The number of seconds that a payment waits for another attempt at it; by default, its message is delivered again.
const WAIT: &str = "PAYMENTS_WAIT";

const SHOP: Namespace = Namespace::new("Shop");

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[cfg(feature = "demo")]
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return demo::run().await;
    }
    let powertools = Powertools::builder()
        .metrics(|metrics| metrics.namespace(SHOP).cold_start_metric(true))
        .tracer(|tracer| tracer.handler_name("charge_batch"))
        .build();
    powertools
        .start(async || {
            let charging = charging().await?;
            Ok::<_, Error>(with_state(charging, handler::charge_batch))
        })
        .await
}

/// Creates the operation that charges a card once, and connects to the store before the first batch arrives.
async fn charging() -> Result<Idempotency<DynamoDbStore>, Error> {
    let table = env::var(TABLE).map_err(|error| format!("{TABLE}: {error}"))?;
    let store = DynamoDbStore::from_env(table);
    store.warm_up().await;
    Ok(once::charging(store, on_in_progress()).build())
}

fn on_in_progress() -> OnInProgress {
    let seconds = env::var(WAIT).ok().and_then(|seconds| seconds.parse().ok());
    seconds.map_or(OnInProgress::Refuse, |it| OnInProgress::Wait(Duration::from_secs(it)))
}
