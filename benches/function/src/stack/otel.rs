//! `tracing_subscriber`'s JSON and tracing-opentelemetry with OTLP over HTTP, as `lambda_runtime`'s examples
//! put them together.

use lambda_runtime::{
    Error, Runtime,
    layers::{OpenTelemetryFaasTrigger, OpenTelemetryLayer},
    service_fn,
};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, layer::SubscriberExt};

use crate::order;

pub(crate) async fn run() -> Result<(), Error> {
    let exporter = SpanExporter::builder().with_http().build()?;
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    let subscriber = tracing_subscriber::registry()
        .with(filter.from_env_lossy())
        .with(fmt::layer().json().with_target(false).without_time())
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("checkout")));
    tracing::subscriber::set_global_default(subscriber)?;
    let flush = move || {
        if let Err(error) = provider.force_flush() {
            tracing::warn!(%error, "spans were not sent");
        }
    };
    let layer = OpenTelemetryLayer::new(flush).with_trigger(OpenTelemetryFaasTrigger::Http);
    Runtime::new(service_fn(order::handle)).layer(layer).run().await
}
