//! Charges cards for the messages of a queue, once each.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it batches.

#[cfg(feature = "demonstration")]
mod demonstration;
mod handler;
mod once;
mod payments;

use std::{env, time::Duration};

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use powertools_idempotency::{DynamoDbStore, WhileInProgress};
use powertools_logger::Logger;
use powertools_metrics::{Metrics, Namespace};
#[cfg(feature = "tracer")]
use powertools_tracer::Tracer;
use tower_layer::Layer;

/// The table of the records.
const TABLE: &str = "PAYMENTS_TABLE";

/// How many seconds a payment waits for another attempt at it; without it, its message comes again.
const WAIT: &str = "PAYMENTS_WAIT";

const SHOP: Namespace = Namespace::new("Shop");

#[tokio::main]
async fn main() -> Result<(), Error> {
    #[cfg(feature = "demonstration")]
    if env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return demonstration::run().await;
    }
    serve().await
}

/// Runs the function: one invocation at a time, or as many as Lambda Managed Instances allow.
async fn serve() -> Result<(), Error> {
    let table = env::var(TABLE).map_err(|error| format!("{TABLE}: {error}"))?;
    let store = DynamoDbStore::from_env(table);
    let charging = once::charging(store.clone(), while_in_progress()).build();
    let handler = service_fn(move |event: LambdaEvent<SqsEvent>| {
        let batch = handler::charge_batch(charging.clone(), event.payload);
        async { Ok::<_, Error>(batch.await) }
    });
    let logger = Logger::builder().build();
    let handler = logger.handler_layer().layer(handler);
    let metrics = Metrics::builder().namespace(SHOP).cold_start_metric(true).build();
    let layer = logger.runtime_layer().observer(metrics.observer());
    #[cfg(feature = "tracer")]
    {
        let tracer = Tracer::builder().handler_name("charge_batch").build();
        logger.init_with(tracer.layer());
        store.warm_up().await;
        let handler = tracer.handler_layer().layer(handler);
        Runtime::new(handler).layer(layer.observer(tracer.observer())).run_concurrent().await
    }
    #[cfg(not(feature = "tracer"))]
    {
        logger.init();
        store.warm_up().await;
        Runtime::new(handler).layer(layer).run_concurrent().await
    }
}

fn while_in_progress() -> WhileInProgress {
    let seconds = env::var(WAIT).ok().and_then(|seconds| seconds.parse().ok());
    seconds.map_or(WhileInProgress::Refuse, |it| WhileInProgress::Wait(Duration::from_secs(it)))
}
