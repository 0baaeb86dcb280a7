//! An orders function behind an API Gateway HTTP API.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it events.

#[cfg(feature = "tracer")]
mod daemon;
mod demonstration;
mod handler;
mod orders;

use lambda_runtime::{Error, Runtime, service_fn};
use powertools_logger::{CorrelationId, Logger};
use powertools_metrics::{Metrics, Namespace};
#[cfg(feature = "tracer")]
use powertools_tracer::Tracer;
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
    let logger = Logger::builder().correlation_id(CorrelationId::ApiGatewayHttp).build();
    let handler = logger.handler_layer().layer(service_fn(handler::place_order));
    let metrics = Metrics::builder().namespace(SHOP).cold_start_metric(true).build();
    let layer = logger.runtime_layer().observer(metrics.observer());
    #[cfg(feature = "tracer")]
    {
        let tracer = Tracer::builder().handler_name("place_order").build();
        logger.init_with(tracer.layer());
        let handler = tracer.handler_layer().layer(handler);
        Runtime::new(handler).layer(layer.observer(tracer.observer())).run_concurrent().await
    }
    #[cfg(not(feature = "tracer"))]
    {
        logger.init();
        Runtime::new(handler).layer(layer).run_concurrent().await
    }
}
