//! lambda-otel-lite as its documentation sets it up: spans as OTLP on stdout.

use lambda_otel_lite::{TelemetryConfig, create_traced_handler, init_telemetry};
use lambda_runtime::{Error, Runtime, service_fn};

use crate::order;

pub(crate) async fn run() -> Result<(), Error> {
    let (_, completion) = init_telemetry(TelemetryConfig::default()).await?;
    let handler = create_traced_handler("checkout", completion, order::handle);
    Runtime::new(service_fn(handler)).run().await
}
