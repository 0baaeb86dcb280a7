//! An orders function behind an API Gateway HTTP API.
//!
//! On Lambda, and wherever else `AWS_LAMBDA_RUNTIME_API` is set, this binary is the function.
//! Started by hand it shows itself: it runs itself on the local runtime and sends it events.

mod demonstration;
mod handler;
mod orders;

use lambda_runtime::{Error, Runtime, service_fn};
use powertools_logger::{CorrelationId, Logger};
use tower_layer::Layer;

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        serve().await
    } else {
        demonstration::run().await
    }
}

/// Runs the function: one invocation at a time, or as many as Lambda Managed Instances allow.
async fn serve() -> Result<(), Error> {
    let logger = Logger::builder().correlation_id(CorrelationId::ApiGatewayHttp).build().init();
    let handler = logger.handler_layer().layer(service_fn(handler::place_order));
    Runtime::new(handler).layer(logger.runtime_layer()).run_concurrent().await
}
