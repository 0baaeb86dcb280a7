//! OpenTelemetry: its exporters, its data model, and its context.

#[cfg(feature = "otel")]
mod builder;
#[cfg(feature = "otel")]
pub(crate) mod context;
#[cfg(feature = "otel")]
mod exporter;
#[cfg(feature = "otel")]
mod processor;
#[cfg(feature = "otel")]
mod redact;
mod remote;
mod resource;
#[cfg(feature = "otel")]
mod shared;
mod span;
#[cfg(feature = "otlp-udp")]
mod udp;
#[cfg(feature = "otel")]
mod worker;

#[cfg(feature = "otel")]
pub use builder::OtelExporterBuilder;
#[cfg(feature = "otel")]
pub use exporter::OtelExporter;
#[cfg(feature = "otel")]
pub(crate) use remote::span_context_of;
#[cfg(feature = "otlp-udp")]
pub use udp::OtlpUdpExporter;
