//! An orders function behind an API Gateway HTTP API.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it events.

mod demonstration;
mod handler;
mod orders;

use lambda_runtime::{Error, Runtime, service_fn};
use powertools_logger::{CorrelationId, Logger};
use powertools_metrics::{Metrics, Namespace};
use tower_layer::Layer;

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        serve().await
    } else {
        demonstration::run().await
    }
}

const SHOP: Namespace = Namespace::new("Shop");

/// Runs the function: one invocation at a time, or as many as Lambda Managed Instances allow.
async fn serve() -> Result<(), Error> {
    let logger = Logger::builder().correlation_id(CorrelationId::ApiGatewayHttp).build().init();
    let handler = logger.handler_layer().layer(service_fn(handler::place_order));
    let metrics = Metrics::builder().namespace(SHOP).cold_start_metric(true).build();
    let layer = logger.runtime_layer().observer(metrics.observer());
    Runtime::new(handler).layer(layer).run_concurrent().await
}
