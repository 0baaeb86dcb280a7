//! Traces for AWS Lambda: the spans of `tracing` become X-Ray subsegments or OpenTelemetry spans.

mod batch;
mod builder;
mod capture;
mod current;
mod environment;
mod export;
mod header;
#[cfg(feature = "lambda-runtime")]
pub mod lambda;
#[cfg(any(feature = "otel", feature = "otlp-udp"))]
mod otel;
mod record;
mod result;
mod targets;
pub mod testing;
mod trace;
mod tracer;

pub use powertools_core::{
    Clock, ColdStart, Environment, InitializationType, Invocation, Levels, LineSink, ManualClock,
    MemorySink, ParseLevelsError, SpanId, StdoutSink, SystemClock, Warning, WriterSink,
};

pub use batch::Batch;
pub use builder::TracerBuilder;
pub use capture::TraceLayer;
pub use current::{Annotation, annotation, current_header, link, metadata, metadata_in};
#[cfg(feature = "stdout")]
pub use export::JsonLines;
#[cfg(feature = "xray")]
pub use export::XRay;
#[cfg(any(feature = "xray", feature = "otlp-udp"))]
pub use export::{DatagramSink, UdpSink};
pub use export::{ExportError, Exporter, Nowhere};
pub use header::TraceHeader;
#[cfg(feature = "otlp-udp")]
pub use otel::OtlpUdp;
#[cfg(feature = "otel")]
pub use otel::{Otel, OtelBuilder};
pub use record::{Kind, Span, SpanError, Value};
pub use result::CapturedPart;
pub use tracer::Tracer;
