//! From spans to the bytes that leave the process.

#[cfg(any(feature = "xray", feature = "otlp-udp"))]
pub(crate) mod datagram;
pub(crate) mod document;
mod exporter;
mod from_environment;
pub(crate) mod reentrancy;
#[cfg(feature = "stdout")]
mod stdout;
#[cfg(feature = "xray")]
mod xray;

#[cfg(any(feature = "xray", feature = "otlp-udp"))]
pub use datagram::{DatagramSink, UdpSink};
pub use exporter::{ExportError, Exporter, NoopExporter};
pub(crate) use from_environment::exporter_from;
#[cfg(feature = "stdout")]
pub use stdout::JsonLinesExporter;
#[cfg(feature = "xray")]
pub use xray::XRayExporter;
